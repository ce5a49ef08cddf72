"""Publishers of the relay's events: the sidecar, or this process itself."""
