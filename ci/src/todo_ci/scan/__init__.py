"""What is known to be unsafe in images: asked of their SBOMs, and judged by ``release.toml``."""
