"""The programs that look at a kubeconfig and at the rights of its user."""
