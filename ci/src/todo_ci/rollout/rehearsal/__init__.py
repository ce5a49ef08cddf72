"""A release tried in a place to throw away, before the place that it is for."""
