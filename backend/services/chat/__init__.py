"""Conversations, the replies given in them, and what the assistant keeps in mind."""
