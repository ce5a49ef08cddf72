"""The common ground of engines: their protocol, the tools, confirmation, and phrasing."""
