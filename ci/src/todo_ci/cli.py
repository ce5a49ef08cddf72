"""The verbs without a container engine: ``todo-ci deploy --env local``."""


def main() -> None:
    """Run one verb."""
    raise SystemExit("todo-ci has no verbs yet")
