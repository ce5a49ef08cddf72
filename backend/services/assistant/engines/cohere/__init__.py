"""Replies by Cohere's language model, with the assistant's tools."""
