"""Judge the advisories that a scanner looked through: that they are there, and how old: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from todo_ci.errors import ToolError
from todo_ci.reports.report import Check

_CHECK = "advisories"


@dataclass(frozen=True, slots=True)
class Database:
    """Hold what is known of the advisories about one ecosystem.

    Args:
        ecosystem: by OSV's name for it.
        advisories: how many of them can be read.
        unreadable: how many cannot, which a scanner passes over.
        newest: when one of them was last changed; None without any.
        error: why they are not there; empty where they are.
    """

    ecosystem: str
    advisories: int = 0
    unreadable: int = 0
    newest: datetime | None = None
    error: str = ""


def read(said: Mapping[str, Mapping[str, Any]]) -> list[Database]:
    """Read what the step says of each ecosystem."""
    return [
        Database(
            ecosystem,
            it["advisories"],
            it["unreadable"],
            datetime.fromisoformat(it["newest"]).astimezone(UTC) if it["newest"] else None,
            it["error"],
        )
        for ecosystem, it in said.items()
    ]


def require(databases: list[Database], address: str) -> None:
    """Refuse to look where there is nothing to look through.

    Args:
        databases: of the ecosystems that the images have packages of.
        address: where they were looked for.

    Raises:
        ToolError: naming the ecosystem.
    """
    for it in databases:
        if it.error or it.newest is None:
            raise ToolError(
                f"there are no advisories about {it.ecosystem}: "
                f"{it.error or f'{address}/{it.ecosystem}/all.zip has none that can be read'}",
                accepted="what OSV exports: ECOSYSTEM/all.zip with a JSON file for each advisory",
                next_step="check that scan.database of release.toml, or --database, can be "
                "reached from here and is whole",
            )


def judge(databases: list[Database], max_age_days: int, now: datetime) -> Check:
    """Say how old the advisories are, and refuse those that are older than the policy takes.

    Of each ecosystem by itself: news of one say nothing about another.
    """
    if not databases:
        return Check.skipped(_CHECK, "none were needed, as there is nothing to ask about")
    told: list[str] = []
    old: list[str] = []
    for it in databases:
        if it.newest is None:
            continue
        days = (now - it.newest).days
        lost = f", {it.unreadable} of them unreadable" if it.unreadable else ""
        count = it.advisories + it.unreadable
        text = f"{it.ecosystem}: {count}{lost}, the newest of {it.newest:%Y-%m-%d %H:%M} UTC"
        told.append(text)
        if days >= max_age_days:
            old.append(f"{text}, {days} days ago")
    if old:
        return Check.failed(
            _CHECK,
            f"too old, as scan.max-age-days is {max_age_days}: {'; '.join(old)}",
            "renew what scan.database of release.toml, or --database, leads to; for an ecosystem "
            "with little news raise scan.max-age-days",
        )
    return Check.passed(_CHECK, "; ".join(told))
