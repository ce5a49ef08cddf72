"""The app's Kafka topics on any broker: those that are missing are made, the others looked at."""
