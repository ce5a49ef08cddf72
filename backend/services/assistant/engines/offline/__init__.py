"""The offline engine: plain English by rules, the same answer to the same words."""
