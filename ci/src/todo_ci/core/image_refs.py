"""References to what was published: exact digests, never tags."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from todo_ci.errors import InputError
from todo_ci.reports.render import Block, Renderable, Table

_ACCEPTED = "host[:port]/path@sha256:<64 hex digits>"
_BY_DIGEST = re.compile(
    r"(?P<repository>[a-z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9._-]+)+)@(?P<digest>sha256:[0-9a-f]{64})"
)


_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")


def shorten(text: str) -> str:
    """Shorten every digest in a text to what people compare."""
    return _DIGEST.sub(r"\1…", text)


@dataclass(frozen=True, slots=True)
class Reference:
    """Hold one artifact by digest.

    Args:
        repository: ``host/path`` without tag.
        digest: ``sha256:`` and 64 hex digits.
    """

    repository: str
    digest: str

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read ``repository@sha256:…``.

        Raises:
            InputError: for a tag, or anything else that is not a digest.
        """
        match = _BY_DIGEST.fullmatch(text)
        if match is None:
            raise InputError(
                f"{text!r} is no image reference by digest",
                accepted=_ACCEPTED,
                next_step="take the references that `todo-ci publish` prints",
            )
        return cls(match["repository"], match["digest"])

    def __str__(self) -> str:
        return f"{self.repository}@{self.digest}"


@dataclass(frozen=True, slots=True)
class ImageRefs(Renderable):
    """Hold what ``publish`` pushed and ``deploy`` releases.

    Args:
        backend: the backend's image, ``repository@sha256:…``.
        frontend: the frontend's image, likewise.
        chart: the chart as an OCI artifact, likewise; empty when it was not pushed.
    """

    backend: str
    frontend: str
    chart: str = ""

    def __post_init__(self) -> None:
        for text in filter(None, (self.backend, self.frontend, self.chart)):
            Reference.parse(text)
        if not (self.backend and self.frontend):
            raise InputError(
                "both images are needed, backend and frontend",
                accepted=_ACCEPTED,
                next_step="take the references that `todo-ci publish` prints",
            )

    @classmethod
    def from_json(cls, text: str) -> "ImageRefs":
        """Read what ``json()`` wrote.

        Raises:
            InputError: when it is not such an object.
        """
        try:
            value = json.loads(text)
            return cls(**value)
        except (TypeError, ValueError):
            raise InputError(
                f"{text!r} does not name published images",
                accepted='{"backend": "repo@sha256:…", "frontend": "repo@sha256:…"}',
                next_step="take what `todo-ci publish --format json` prints",
            ) from None

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        rows = [(name, value) for name, value in asdict(self).items() if value]
        yield Table(("artifact", "reference"), rows)
