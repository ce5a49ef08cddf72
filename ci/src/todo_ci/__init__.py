"""The delivery pipeline of the todo app: pure plans, two ports, thin adapters."""
