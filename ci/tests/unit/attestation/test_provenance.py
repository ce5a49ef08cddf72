"""What is signed about the making of an image is read back, and nothing else passes for it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from todo_ci.attestation import provenance
from todo_ci.attestation.provenance import Provenance
from todo_ci.core.ports import ImageSpec

NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
OURS, OTHERS = "a" * 64, "b" * 64
SPEC = ImageSpec("backend", ("linux/amd64",), {"SOURCE": "page"})
MADE = Provenance(OURS, "0123456-dirty", NOW)


def statement(**changes: Any) -> str:
    stated = {**provenance.predicate(SPEC, MADE, by="a test"), **changes.pop("predicate", {})}
    return json.dumps({"predicateType": provenance.TYPE, "predicate": stated, **changes})


def test_what_was_stated_is_read() -> None:
    assert provenance.read(statement()) == MADE


@pytest.mark.parametrize(
    "changes",
    [
        {"predicateType": "https://in-toto.io/attestation/test-result/v0.1"},
        {"predicate": {"name": "test"}},
        {"predicate": {"materials": []}},
        {"predicate": {"materials": [{"name": "sources", "digest": {"sha512": OURS}}]}},
        {"predicate": {"environment": {"commit": "0123456", "madeAt": "yesterday"}}},
        {"predicate": {"environment": None}},
    ],
)
def test_another_statement_is_none(changes: dict[str, Any]) -> None:
    assert provenance.read(statement(**changes)) is None


def test_what_is_no_statement_is_none() -> None:
    assert provenance.read("no JSON") is None
    assert provenance.read("[]") is None


@pytest.mark.parametrize(
    ("sources", "age", "is_taken"),
    [
        (OURS, timedelta(), True),
        (OURS, timedelta(days=29, hours=23), True),
        (OURS, timedelta(days=30, seconds=1), False),
        (OURS, timedelta(minutes=-4), True),
        (OURS, timedelta(minutes=-6), False),
        (OTHERS, timedelta(), False),
    ],
)
def test_its_sources_and_its_age_decide(sources: str, age: timedelta, is_taken: bool) -> None:
    stated = Provenance(sources, "0123456", NOW - age)
    found = provenance.newest([stated], OURS, now=NOW, days=30)
    assert found == (stated if is_taken else None)


def test_of_several_the_newest_that_fits_is_named() -> None:
    day = timedelta(days=1)
    old, new = (Provenance(OURS, name, NOW - age) for name, age in (("1", 2 * day), ("2", day)))
    other = Provenance(OTHERS, "3", NOW)
    assert provenance.newest([old, new, other], OURS, now=NOW, days=30) == new
    assert provenance.newest([], OURS, now=NOW, days=30) is None
