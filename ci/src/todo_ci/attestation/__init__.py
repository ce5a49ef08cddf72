"""Signed statements about images: who made them, and where they passed."""
