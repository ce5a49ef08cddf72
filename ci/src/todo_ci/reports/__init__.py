"""Reports, and how they are rendered."""
