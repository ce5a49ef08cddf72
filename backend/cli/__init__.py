"""The operator's command, `todo`: a module a verb."""
