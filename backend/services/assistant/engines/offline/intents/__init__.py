"""Readers: each knows one kind of message and returns a plan, or None for what it does not know."""
