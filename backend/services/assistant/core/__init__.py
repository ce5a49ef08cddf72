"""Shared by every engine: its protocol, the tools, confirmation, and how results are told."""
