"""The relay: publishes what the outbox holds."""
