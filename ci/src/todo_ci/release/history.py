"""The revisions of the release with the verdict on each."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from todo_ci.cluster import errors, helm, kubectl
from todo_ci.cluster.batch import side_by_side
from todo_ci.core import database_schema
from todo_ci.core.context import Context
from todo_ci.core.database_schema import DatabaseSchema
from todo_ci.project.current import release_name
from todo_ci.release import verdict
from todo_ci.release.revision import Revision
from todo_ci.reports.render import Block, Renderable, Span, Table, Text, Timeline

_HEADERS = ("revision", "updated", "status", "verdict", "commit", "schema", "description")


@dataclass(frozen=True, slots=True)
class History(Renderable):
    """Hold the revisions that helm keeps.

    Args:
        revisions: oldest first.
        release: whose they are; that which the call is about.
    """

    revisions: tuple[Revision, ...]
    release: str = field(default_factory=release_name)

    @property
    def latest(self) -> Revision | None:
        """Return the newest revision, or None where nothing is released."""
        return self.revisions[-1] if self.revisions else None

    @property
    def serving(self) -> Revision | None:
        """Return the revision that helm counts as deployed, or None."""
        return next((r for r in reversed(self.revisions) if r.status == "deployed"), None)

    @property
    def database(self) -> DatabaseSchema | None:
        """Return what the database may be at; None where no revision recorded it."""
        return database_schema.of_database(revision.schema for revision in self.revisions)

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        if self.revisions:
            yield Timeline(self.release, self._spans())
            yield Table(_HEADERS, self._rows())
        else:
            yield Text(f"no revision of {self.release}: nothing is released")

    def fields(self) -> Any:
        """Return what machines are told."""
        return [asdict(revision) for revision in self.revisions]

    def _spans(self) -> list[Span]:
        begins = [_moment(it.updated) for it in self.revisions]
        ends = [*begins[1:], begins[-1]]
        return [
            Span(
                name=f"r{it.number}",
                word=it.verdict,
                begin=it.updated[:16].replace("T", " "),
                seconds=max((end - begin).total_seconds(), 0) if begin and end else 0,
            )
            for it, begin, end in zip(self.revisions, begins, ends, strict=True)
        ]

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                str(r.number),
                r.updated[:19],
                r.status,
                r.verdict,
                r.commit[:12],
                r.schema.head if r.schema else "",
                # A deploy's own is the commit, which stands there already.
                "" if r.commit and r.description.startswith(r.commit) else r.description[:60],
            )
            for r in self.revisions
        ]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


async def load(context: Context) -> History:
    """Read the history without looking at the kubeconfig again."""
    listed, labels = await side_by_side(
        context.shell, kubectl.step(helm.history()), kubectl.release_labels()
    )
    if not labels.ok:
        raise errors.explain(labels, "reading the labels of the revisions")
    if not listed.ok and helm.no_release(listed.stderr):
        return History(())
    if not listed.ok:
        raise errors.explain(listed, "reading the history of the release")
    return History(merge(helm.parse_history(listed.stdout), labels.stdout))


def merge(rows: Sequence[helm.Row], labels: str) -> tuple[Revision, ...]:
    """Join helm's rows with the labels that ``kubectl.release_labels`` printed."""
    known: dict[int, tuple[str, dict[str, str]]] = {}
    for line in labels.splitlines():
        created, _, text = line.partition("\t")
        values: dict[str, str] = json.loads(text)
        known[int(values["version"])] = (created, values)
    revisions: list[Revision] = []
    for row in rows:
        created, values = known.get(row.revision, ("", {}))
        revisions.append(
            Revision(
                number=row.revision,
                status=row.status,
                verdict=verdict.read(row.revision, values.get(verdict.KEY, "")),
                commit=values.get("commit", ""),
                schema=database_schema.of_release(values),
                updated=row.updated,
                created=created,
                description=row.description,
            )
        )
    return tuple(revisions)
