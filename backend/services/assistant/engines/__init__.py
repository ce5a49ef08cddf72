"""Engines: each turns what a person says into calls of the tools."""
