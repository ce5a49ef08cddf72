"""Secrets that a release reads: given with it, and applied before it."""
