"""kubectl and helm as argument lists, and what they print."""
