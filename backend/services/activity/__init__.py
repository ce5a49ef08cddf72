"""A user's history: the feed, its live stream, and notices."""
