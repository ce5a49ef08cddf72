"""Images and chart go to the registry, and come back as digests."""

from todo_ci.refs import ImageRefs, Reference

__all__ = ["ImageRefs", "Reference"]
