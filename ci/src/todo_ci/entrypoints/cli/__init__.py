"""The command todo-ci: options, prompts, terminal."""
