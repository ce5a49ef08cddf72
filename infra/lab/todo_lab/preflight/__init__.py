"""Checks of the machine, before anything is changed."""
