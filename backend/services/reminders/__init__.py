"""Reminders: rules, delivery, and what wakes the app when one falls due."""
