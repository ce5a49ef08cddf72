"""The programs that stand in front of a command which changes the release, and what they share."""
