"""Run the parts of the tests side by side, and report on all of them from their JUnit files."""
