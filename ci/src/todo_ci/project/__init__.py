"""What the pipeline has to know of an app: read from the repository's own ``release.toml``."""
