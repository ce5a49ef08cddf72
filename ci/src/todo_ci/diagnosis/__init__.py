"""The diagnosis of a release that does not work."""
