"""Everything that a deploy needs before it starts."""
