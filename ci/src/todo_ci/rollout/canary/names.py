"""What a canary and its two sides are called."""

from todo_ci.project.current import release_name

# The label that tells the release's pods from those of its canary, as helm's own charts have it.
INSTANCE = "app.kubernetes.io/instance"
MANAGED_BY = "app.kubernetes.io/managed-by"
MANAGER = "todo-ci"
COMPONENT = "app.kubernetes.io/component"
SUFFIX = "-canary"
# Asked for by a request, and put onto the answer by the route to that side.
HEADER = "X-Canary"
CANARY, STABLE = "canary", "stable"
SIDES = (CANARY, STABLE)
_LONGEST = 63


def suffixed(name: str) -> str:
    """Name the canary's counterpart of an object."""
    return f"{name[: _LONGEST - len(SUFFIX)]}{SUFFIX}"


def instance() -> str:
    """Return what the label of the release's canary says, whatever the chart's own says."""
    return f"{release_name()}{SUFFIX}"


def pods() -> str:
    """Select the pods of the release's canary, and what made them."""
    return f"{INSTANCE}={instance()}"


def objects() -> str:
    """Select all that the pipeline made for it, and nothing of a release that is called so."""
    return f"{pods()},{MANAGED_BY}={MANAGER}"
