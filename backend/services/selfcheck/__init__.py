"""`todo selfcheck`: what only a place inside the cluster can check."""
