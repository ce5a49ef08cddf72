"""Activity: the feed, its live stream, and notices."""
