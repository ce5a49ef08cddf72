"""What "it works" means: one file a check, all pure; ``verify`` asks and puts them in order."""
