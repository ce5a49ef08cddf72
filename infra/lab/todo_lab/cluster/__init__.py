"""The Kubernetes cluster: its start, its objects, and the pods that every cluster has."""
