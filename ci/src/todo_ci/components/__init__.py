"""Lint and test of each part of the repository."""
