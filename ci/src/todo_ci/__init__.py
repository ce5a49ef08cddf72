"""A delivery pipeline: pure plans, two ports, thin adapters."""
