"""What every engine shares: its protocol, the tools, confirmation, and how results are told."""
