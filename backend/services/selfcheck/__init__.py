"""`todo selfcheck`: checks that only a place inside the cluster can make."""
