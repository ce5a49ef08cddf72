"""The ports, the steps, and the values everything else is written in."""
