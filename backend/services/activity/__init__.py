"""What happened: the feed, its live stream, and notices."""
