"""The pipeline's Role on the lab: read, shortened, and put back."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import lab
import yaml

FILE = lab.ROOT / "infra/oke/pipeline-rbac.yaml"


@dataclass(frozen=True, order=True)
class Right:
    """Name one verb on one kind of object."""

    group: str
    resource: str
    verb: str

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}" + (f".{self.group}" if self.group else "")


def documents() -> list[dict[str, Any]]:
    """Return all that the repository's file makes in a cluster."""
    return list(yaml.safe_load_all(FILE.read_text()))


def role() -> dict[str, Any]:
    """Return the pipeline's Role."""
    return next(document for document in documents() if document["kind"] == "Role")


def rights() -> list[Right]:
    """List every right of the Role."""
    return [
        Right(group, resource, verb)
        for rule in role()["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]


@contextmanager
def without(*taken: Right) -> Generator[None]:
    """Let the pipeline go without these rights for as long as the block lasts."""
    rules = [
        {"apiGroups": [r.group], "resources": [r.resource], "verbs": [r.verb]}
        for r in rights()
        if r not in taken
    ]
    lab.apply(json.dumps({**role(), "rules": rules}))
    try:
        yield
    finally:
        lab.admin("kubectl", "apply", "-f", str(FILE))
