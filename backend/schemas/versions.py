"""Entity tags of a task (RFC 9110, section 8.8), and the conditions that requests set by them."""

import re
from dataclasses import dataclass
from typing import Self

from models import Task
from schemas.tasks import TaskRead

# `*`, or tags in a list, of whatever form: one that is not ours matches nothing.
ENTITY_TAGS = (
    r'^[ \t]*(\*|(W/)?"[\x21\x23-\x7E\x80-\xFF]*"'
    r'([ \t]*,[ \t]*(W/)?"[\x21\x23-\x7E\x80-\xFF]*")*)[ \t]*$'
)
_OPAQUE = re.compile(r'"([^"]*)"')
_NOTICE_GIVEN = ".reminded"


def entity_tag(task: Task | TaskRead) -> str:
    """Return the tag of a task as it is shown.

    Giving a notice makes no new version, yet shows: the tag differs, the version in it does not.
    """
    return f'"{task.version}{_NOTICE_GIVEN if task.reminded_at else ""}"'


@dataclass(frozen=True)
class EntityTags:
    """The tags that a header names; None stands for `*`, any.

    Weak ones count like strong ones: a proxy that compresses turns "3" into W/"3", and the task is
    the same.
    """

    opaque: frozenset[str] | None

    @classmethod
    def parse(cls, header: str) -> Self:
        """Read a header that fits ENTITY_TAGS."""
        return cls(None if header.strip() == "*" else frozenset(_OPAQUE.findall(header)))

    def name(self, tag: str) -> bool:
        """Tell whether a tag is one of them."""
        return self.opaque is None or tag.strip('"') in self.opaque

    def name_version(self, version: int) -> bool:
        """Tell whether a tag of a version is one of them, its notice given or not."""
        return self.opaque is None or not self.opaque.isdisjoint(
            (str(version), f"{version}{_NOTICE_GIVEN}")
        )


@dataclass(frozen=True)
class Precondition:
    """What has to hold of the version there is: named by If-Match, not by If-None-Match."""

    match: EntityTags | None = None
    none_match: EntityTags | None = None

    def failure(self, version: int) -> str | None:
        """Return the header that a version does not satisfy, or None."""
        if self.match and not self.match.name_version(version):
            return "If-Match"
        if self.none_match and self.none_match.name_version(version):
            return "If-None-Match"
        return None
