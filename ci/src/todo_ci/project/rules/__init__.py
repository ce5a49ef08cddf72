"""What does not fit together in a ``release.toml`` whose every value is of its kind."""
