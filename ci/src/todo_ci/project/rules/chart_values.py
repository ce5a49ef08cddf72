"""The chart's values that the pipeline writes: each in a place of its own."""

from collections.abc import Iterator

from todo_ci.project.model import Project
from todo_ci.project.rules.saying import refuse

# Of each image, below the place that its component names.
IMAGE_KEYS = ("repository", "digest", "commit")


def require_apart(project: Project, file: str) -> None:
    """Refuse a value that is written over another one, or into one as if it were a table."""
    always = list(_always(project))
    for name, environment in project.environments.items():
        previews = environment.previews.values if environment.previews else {}
        place = f"environments.{name}.previews.values"
        taken: dict[str, str] = {}
        for key, path in [*always, *((place, path) for path in previews)]:
            for other, of in taken.items():
                if _meet(path, other):
                    what = f"{key} writes {path!r} of the chart's values, and {of} writes {other!r}"
                    refuse(what, "a place of its own, and none inside another", file)
            taken[path] = key


def _always(project: Project) -> Iterator[tuple[str, str]]:
    """Find each path that is written in every environment, with the key that names it."""
    for name, component in project.components.items():
        for key in IMAGE_KEYS:
            yield f"components.{name}.values", f"{component.values}.{key}"
    if project.gateway.value:
        yield "gateway.value", project.gateway.value


def _meet(one: str, other: str) -> bool:
    """Tell whether two paths are one, or one is inside the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")
