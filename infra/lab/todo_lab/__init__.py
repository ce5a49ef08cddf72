"""The embedded cluster: Kubernetes, registry, database and gateway on one Linux machine."""
