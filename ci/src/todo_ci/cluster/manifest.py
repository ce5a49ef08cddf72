"""Read what a release consists of from ``helm get manifest`` and ``helm template``: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from todo_ci.cluster.kubectl import Object
from todo_ci.scripts.kube_objects import part


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """Name a key of a Secret that something does not start without; the whole where it is empty."""

    secret: str
    key: str = ""

    def __str__(self) -> str:
        """Name the Secret and its key."""
        return f"{self.secret}/{self.key}" if self.key else self.secret


def parse(text: str) -> list[Object]:
    """Read the objects of a manifest."""
    return [item for item in yaml.safe_load_all(text) if isinstance(item, dict)]


def brings_certificate(objects: Sequence[Object]) -> bool:
    """Tell whether a certificate is made with the release: an Ingress of it names its Secret."""
    return any(item["spec"].get("tls") for item in objects if item.get("kind") == "Ingress")


def needs(objects: Sequence[Object]) -> tuple[Need, ...]:
    """List the keys of Secrets that have to be there, and that the objects do not bring along."""
    brought = _brought(objects)
    found = {
        Need(reference["name"], reference["key"])
        for reference in references(_instances(objects))
        if not reference.get("optional") and reference["name"] not in brought
    }
    return tuple(sorted(found))


def pull_secrets(objects: Sequence[Object]) -> tuple[str, ...]:
    """List the Secrets that pods pull their images with, and that the objects do not bring."""
    found = _entries(_instances(objects))
    # Null where a chart loops over none.
    lists = (item or () for name, item in found if name == "imagePullSecrets")
    named = {entry["name"] for listed in lists for entry in listed}
    return tuple(sorted(named - _brought(objects)))


def _instances(objects: Sequence[Object]) -> list[Object]:
    """Leave out what describes a kind: its schema has the same names, and no Secret behind them."""
    return [item for item in objects if item.get("kind") != "CustomResourceDefinition"]


def _brought(objects: Sequence[Object]) -> set[str]:
    """Name the Secrets that come with the objects, or are made of them once they are there."""
    return {name for item in objects if (name := _made_of(item))}


def _made_of(item: Object) -> str:
    spec, name = part(item, "spec"), str(part(item, "metadata").get("name", ""))
    match item.get("kind"):
        case "Secret" | "SealedSecret":
            return name
        case "ExternalSecret":
            return str(part(spec, "target").get("name", name))
        case "Certificate":
            return str(spec.get("secretName", ""))
        case _:
            return ""


def references(value: Any) -> Iterator[Object]:
    """Find what reads a Secret, whole or a key of it: variables, components, a sidecar's token."""
    for name, item in _entries(value):
        if name == "envFrom":
            yield from ({"key": "", **it["secretRef"]} for it in item or () if "secretRef" in it)
        elif name == "secretKeyRef":
            yield {"key": item["name"], **item}
        elif name == "dapr.io/app-token-secret":
            yield {"name": item, "key": "token"}


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    """Walk objects for every name in them and what stands behind it."""
    if isinstance(value, list):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _entries(item)
    elif isinstance(value, dict):
        tree: Object = value  # pyright: ignore[reportUnknownVariableType]
        for name, item in tree.items():
            yield name, item
            yield from _entries(item)
