"""Dapr: what its sidecars load, say and lack, and what a release of them needs of the cluster."""
