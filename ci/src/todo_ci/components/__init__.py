"""Lint, test and image of each part of the repository."""
