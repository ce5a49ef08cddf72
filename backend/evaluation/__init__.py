"""Labelled sentences, and how well an engine does what they ask for."""
