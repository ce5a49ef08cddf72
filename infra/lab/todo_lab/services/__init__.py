"""The lab's processes and how each is configured."""
