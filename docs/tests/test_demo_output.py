"""What a run of the demonstration printed is kept, and is of the steps that the page has today."""

import re
import subprocess

import pytest

from command_lines import ROOT

KEPT = ROOT / "docs/demo-output.txt"
_SECRET = re.compile(r"eyJ[\w-]{10,}\.|Bearer [\w-]|[\"']password[\"']: *[\"'](?!%)", re.IGNORECASE)


def steps() -> list[str]:
    """Return the headings and blocks of the page, as the demonstration shows them."""
    listed = subprocess.run(
        [ROOT / "infra/scripts/demo.sh", "--list"], capture_output=True, text=True, check=True
    ).stdout
    return [step for step in re.split(r"\n\n+", listed.strip("\n")) if step]


def missing(kept: str) -> list[str]:
    """Return the steps that are not there in their order."""
    place, lacking = 0, []
    for step in steps():
        found = kept.find(step, place)
        if found < 0:
            lacking.append(step)
        place = max(place, found)
    return lacking


def test_every_step_of_the_page_was_run() -> None:
    assert missing(KEPT.read_text()) == [], "next: infra/scripts/demo.sh >docs/demo-output.txt"


def test_it_shows_what_the_page_promises() -> None:
    kept = KEPT.read_text()
    for promise in ("verdict=r", "buy milk", '"event consumed"', "CrashLoopBackOff", " 200\n"):
        assert promise in kept
    assert not _SECRET.search(kept)


@pytest.mark.parametrize("text", ["Authorization: Bearer abc", "eyJhbGciOiJFZ.abc"])
def test_a_secret_in_it_would_be_found(text: str) -> None:
    assert _SECRET.search(text)


def test_a_step_that_was_not_run_would_be_found() -> None:
    first, *others = steps()
    assert missing("\n".join(others)) == [first]
    assert missing("") == [first, *others]
