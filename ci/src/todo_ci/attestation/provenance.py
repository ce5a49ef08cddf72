"""What an image was made from, as an in-toto statement: pure.

Its predicate is in-toto's link (https://github.com/in-toto/attestation, predicates/link.md): the
step that made the image, and the digest of all that it read.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from todo_ci.core.ports import ImageSpec
from todo_ci.project.current import release_name

TYPE = "https://in-toto.io/attestation/link/v0.3"
_STEP, _SOURCES = "build", "sources"
# How far clocks may differ: the age of what a wrong one dates is not known.
_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Hold what is said about the making of an image.

    Args:
        sources: digest of all that was read, 64 hex digits.
        commit: what they were checked out as, with ``-dirty`` where the tree differed.
        at: when the image was made.
    """

    sources: str
    commit: str
    at: datetime


def predicate(spec: ImageSpec, made: Provenance, *, by: str) -> dict[str, Any]:
    """State what an image was made from.

    Args:
        spec: of the image.
        made: what is said.
        by: who made it.
    """
    return {
        "name": _STEP,
        "materials": [{"name": _SOURCES, "digest": {"sha256": made.sources}}],
        "environment": {
            "release": release_name(),
            "component": spec.component,
            "commit": made.commit,
            "platforms": list(spec.platforms),
            "arguments": dict(spec.build_args),
            "by": by,
            "madeAt": made.at.isoformat(timespec="seconds"),
        },
    }


def read(statement: str) -> Provenance | None:
    """Read a statement; None where it is none of the pipeline's own."""
    try:
        said: dict[str, Any] = json.loads(statement)
        stated: dict[str, Any] = said["predicate"]
        if (said["predicateType"], stated["name"]) != (TYPE, _STEP):
            return None
        (sources,) = (it["digest"]["sha256"] for it in stated["materials"])
        made = stated["environment"]
        at = datetime.fromisoformat(made["madeAt"]).astimezone(UTC)
        return Provenance(sources, made["commit"], at)
    except (KeyError, TypeError, ValueError):
        return None


def newest(
    stated: Iterable[Provenance], sources: str, *, now: datetime, days: int
) -> Provenance | None:
    """Return what says that an image was made from these sources, and not too long ago.

    Args:
        stated: about the image.
        sources: digest of all that would be read.
        now: the moment.
        days: how old it may be.
    """
    oldest = now - timedelta(days=days)
    fitting = [it for it in stated if it.sources == sources and oldest <= it.at <= now + _SKEW]
    return max(fitting, key=lambda it: it.at, default=None)
