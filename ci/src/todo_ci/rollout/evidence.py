"""Turn what the watcher wrote down into text a person reads: pure, bounded."""

import json
from collections.abc import Sequence
from typing import Any

_PODS = 3
_LINES = 20


def reason(content: bytes | None) -> str:
    """Return the one line that says why helm's wait was ended."""
    if content is None:
        return ""
    value = json.loads(content)
    pods: list[dict[str, Any]] = value["pods"]
    if value["reason"] != "helm gave up" or not pods:
        return value["reason"]
    return "; ".join(f"{pod['pod']} {_why(pod)}" for pod in pods[:_PODS])


def render(content: bytes | None) -> str:
    """Show the failing pods: what the kubelet says, their events, their last lines."""
    if content is None:
        return ""
    value = json.loads(content)
    blocks: list[str] = []
    for pod in value["pods"][:_PODS]:
        blocks.append(f"{_place(pod)}: {_why(pod)}")
        blocks += _section("events", pod["events"])
        blocks += _section("last lines before its restart", pod["previous_log"].splitlines())
        blocks += _section("last lines", pod["log"].splitlines())
    return "\n".join(blocks)


def _place(pod: dict[str, Any]) -> str:
    """Name the container, or what should have made a pod and could not."""
    return f"pod {pod['pod']}, container {pod['container']}" if pod["container"] else pod["pod"]


def _why(pod: dict[str, Any]) -> str:
    return ": ".join(filter(None, (pod["reason"], pod.get("said", ""))))


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"  {title}:", *(f"    {line}" for line in lines[-_LINES:])] if lines else []
