"""Ask the sidecars for their metadata, and name what they lack."""

from typing import Any

from todo_ci.cluster.kubectl import Object, selector, step
from todo_ci.core.ports import Step
from todo_ci.plugins.dapr.objects import Expected
from todo_ci.project.current import namespace, project
from todo_ci.scripts import sources


def metadata_step(tries: int) -> Step:
    """Ask every sidecar for its metadata, from inside a step."""
    argv = (
        "python3", "-m", "scripts.sidecar_metadata",
        "--namespace", namespace(), "--selector", selector(), "--tries", str(tries),
    )  # fmt: skip
    files = sources("sidecar_metadata.py", "daprd_log.py", "kubectl.py")
    return step(argv, files=files, timeout=60 + 30 * tries)


def missing_components(answer: Object, wanted: Expected) -> list[tuple[str, str]]:
    """Name each component that is missing, or whose subscription is, with the sidecar's reason."""
    if answer["error"]:
        return []
    metadata: Object = answer["metadata"]
    loaded = {component["name"] for component in _list(metadata, "components")}
    heard = {(s["pubsubname"], s["topic"]) for s in _list(metadata, "subscriptions")}
    missing = [name for name in wanted.components if name not in loaded]
    return [
        *((name, f"lacks {name}: {_reason(answer, name)}") for name in missing),
        *(
            (name, f"does not listen to {topic} of {name}")
            for name, topic in wanted.subscriptions
            if (name, topic) not in heard
        ),
    ]


def _reason(answer: Object, component: str) -> str:
    said = [text for text in answer["complaints"] if component in text]
    return said[0] if said else "its log does not say why"


def _list(value: Object, key: str) -> list[dict[str, Any]]:
    return value.get(key) or []


def topics_step() -> str:
    """Say what to do where a sidecar misses a topic."""
    dapr = project().plugins.dapr
    return dapr.missing_topic if dapr else ""
