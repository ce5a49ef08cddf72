"""Advisories that are missing stop a scan, and old ones fail it by name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from todo_ci.errors import ToolError
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.scan import databases
from todo_ci.scan.databases import Database

NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)


def database(days: float, ecosystem: str = "Debian", **changes: Any) -> Database:
    return Database(ecosystem, 40_000, newest=NOW - timedelta(days=days), **changes)


def judge(*found: Database) -> Check:
    return databases.judge([*found], 7, NOW)


def test_how_many_there_are_and_how_old_is_said_of_each_ecosystem() -> None:
    check = judge(database(1), database(6.9, "PyPI", unreadable=2))
    assert check.status is CheckStatus.PASSED
    assert check.evidence == (
        "Debian: 40000, the newest of 2026-06-01 12:00 UTC; "
        "PyPI: 40002, 2 of them unreadable, the newest of 2026-05-26 14:24 UTC"
    )


def test_old_ones_fail_by_name_however_new_the_others_are() -> None:
    check = judge(database(0), database(7, "PyPI"))
    assert check.status is CheckStatus.FAILED
    assert check.evidence.startswith("too old, as scan.max-age-days is 7: PyPI: 40000")
    assert check.evidence.endswith("7 days ago")
    assert "Debian" not in check.evidence
    assert "raise scan.max-age-days" in check.next_step


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        (Database("Go", error="HTTP 404"), "no advisories about Go: HTTP 404"),
        (
            Database("Go", unreadable=3),
            "about Go: https://mirror.test/Go/all.zip has none that can be read",
        ),
    ],
)
def test_where_there_are_none_nothing_is_looked_for(missing: Database, reason: str) -> None:
    with pytest.raises(ToolError, match=reason) as failed:
        databases.require([database(1), missing], "https://mirror.test")
    assert "scan.database of release.toml" in failed.value.next_step
    databases.require([database(1)], "")


def test_what_the_step_says_is_read() -> None:
    told = {"advisories": 2, "unreadable": 1, "newest": "2026-06-01T12:00:00.5Z", "error": ""}
    empty = {"advisories": 0, "unreadable": 0, "newest": "", "error": "gone"}
    assert databases.read({"Go": told, "npm": empty}) == [
        Database("Go", 2, 1, NOW - timedelta(days=1, seconds=-0.5)),
        Database("npm", error="gone"),
    ]
