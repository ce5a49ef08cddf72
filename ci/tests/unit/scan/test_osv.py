"""A scanner that is absent, fails or talks nonsense has found nothing: that is an error."""

import json
from typing import Any

import pytest
from fake_osv import DEBIAN, PYTHON, ZLIB, answer, listed, printed, sbom

from todo_ci.core.ports import Tool
from todo_ci.errors import ToolError
from todo_ci.scan import osv, packages

BOTH = [packages.read(sbom(DEBIAN)), packages.read(sbom(PYTHON, DEBIAN))]
FOUND = printed([listed(ZLIB)])


def failing(text: str) -> ToolError:
    with pytest.raises(ToolError) as failed:
        osv.parse(text, BOTH, "https://mirror.test")
    return failed.value


def test_all_documents_are_asked_about_at_once_with_the_ecosystems_they_need() -> None:
    step = osv.step(BOTH, "https://mirror.test")
    assert (step.tool, step.network, step.secrets) == (Tool.SCAN, True, ())
    assert json.loads(step.stdin) == {
        "database": "https://mirror.test",
        "ecosystems": ["Debian", "PyPI"],
        "documents": ["0.cdx.json", "1.cdx.json"],
    }
    assert len(json.loads(step.files["1.cdx.json"])["components"]) == 2


@pytest.mark.parametrize("code", [0, 1])
def test_answers_come_in_the_order_of_what_was_asked(code: int) -> None:
    text = answer(printed([], [listed(ZLIB)]), exit=code)
    answers, databases = osv.parse(text, BOTH, "")
    assert [it.seen for it in answers] == [frozenset(), {("zlib", "1:1.2.11")}]
    assert [it.ecosystem for it in databases] == ["Debian", "PyPI"]


def test_a_document_that_is_not_answered_was_not_seen() -> None:
    answers, _ = osv.parse(answer(FOUND), BOTH, "")
    assert [bool(it.seen) for it in answers] == [True, False]


def test_a_machine_without_the_scanner_is_told_what_to_install() -> None:
    error = failing(answer("", scanner=False, databases={}))
    assert "no osv-scanner on PATH" in error.problem
    assert "install osv-scanner 2.6" in error.next_step


@pytest.mark.parametrize(
    ("code", "said", "reason"),
    [
        (127, "Loaded Go\ncould not load db\n\n", "could not load db"),
        (128, "", "no reason given"),
        (124, "no end within 900 s", "no end within 900 s"),
        (-9, "killed", "killed"),
    ],
)
def test_a_scanner_that_failed_found_nothing_whatever_it_printed(
    code: int, said: str, reason: str
) -> None:
    error = failing(answer(FOUND, exit=code, stderr=said))
    assert error.problem == f"osv-scanner failed ({code}): {reason}"


@pytest.mark.parametrize("text", ["", "{", '{"results": 1}', "[]"])
def test_an_answer_that_cannot_be_read_is_no_clean_one(text: str) -> None:
    assert "osv-scanner said what cannot be read" in failing(answer(text)).problem


def test_empty_advisories_stop_it_before_the_scanner_is_asked() -> None:
    nothing: Any = {"advisories": 0, "unreadable": 0, "newest": "", "error": ""}
    error = failing(answer("", databases={"Debian": nothing}))
    assert error.problem.startswith("there are no advisories about Debian: https://mirror.test/")
