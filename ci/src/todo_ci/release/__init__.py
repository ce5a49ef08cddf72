"""A release as values: its revisions, its verdict, its result."""
