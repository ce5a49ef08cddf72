"""Plain English: sentences, references to tasks, and dates; no engine's own."""
