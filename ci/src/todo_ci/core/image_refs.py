"""References to what was published: exact digests, never tags."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from todo_ci.errors import InputError
from todo_ci.project.current import project
from todo_ci.reports.render import Block, Renderable, Table

# The one name of an artifact that no component has.
CHART = "chart"
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
        components: the image of each component, ``repository@sha256:…``.
        chart: the chart as an OCI artifact, likewise; empty when it was not pushed.
    """

    components: Mapping[str, str]
    chart: str = ""

    def __post_init__(self) -> None:
        known = project().components
        for text in filter(None, (*self.components.values(), self.chart)):
            Reference.parse(text)
        missing = [name for name in known if not self.components.get(name)]
        unknown = [name for name in self.components if name not in known]
        if missing or unknown:
            what = f"that of {' and '.join(missing)} is missing" if missing else unknown[0]
            raise InputError(
                f"an image of each component is needed, and of nothing else: {what}",
                accepted=f"one for each of: {', '.join(known)}, as {_ACCEPTED}",
                next_step="take the references that `todo-ci publish` prints",
            )

    def __getitem__(self, component: str) -> str:
        """Return the image of a component."""
        return self.components[component]

    @classmethod
    def from_json(cls, text: str) -> "ImageRefs":
        """Read what ``json()`` wrote.

        Raises:
            InputError: when it is not such an object.
        """
        try:
            named = json.loads(text)
            chart = named.pop(CHART, "")
            if not all(isinstance(value, str) for value in (chart, *named.values())):
                raise TypeError
        except (AttributeError, TypeError, ValueError):
            images = ", ".join(f'"{name}": "repo@sha256:…"' for name in project().components)
            raise InputError(
                f"{text!r} does not name published images",
                accepted=f"{{{images}}}",
                next_step="take what `todo-ci publish --format json` prints",
            ) from None
        return cls(named, chart)

    def fields(self) -> dict[str, str]:
        """Return what machines are told: each artifact by its name."""
        return {**self.components, CHART: self.chart}

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        rows = [(name, value) for name, value in self.fields().items() if value]
        yield Table(("artifact", "reference"), rows)
