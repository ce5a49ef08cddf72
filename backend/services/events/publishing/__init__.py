"""Where the relay's events go: the sidecar, or this process itself."""
