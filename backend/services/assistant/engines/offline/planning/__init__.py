"""From what was understood to calls of the tools."""
