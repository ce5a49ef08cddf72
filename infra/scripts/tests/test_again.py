"""A test that fails beside others and passes by itself is flaky; every other failure stays one."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from testrun import again
from testrun.junit import Case, Outcome
from testrun.parts import FILE, NAME, PARTS, Part, Results
from testrun.records import Ended, Record

TESTS = """
import pathlib

def test_meets_nobody_now():
    assert True

def test_is_broken():
    assert False
"""
PASSES, BROKEN = "test_meets_nobody_now", "test_is_broken"
ALONE = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"{FILE}::{NAME}")


def ended(*names: str) -> list[Ended]:
    cases = tuple(Case("app/test_a.py", name, Outcome.FAILED, reason="no") for name in names)
    return [
        Ended(Record("app", 1, 2.0), (*cases, Case("app/test_a.py", "other", Outcome.PASSED)), ())
    ]


@pytest.fixture
def parts(tmp_path: Path) -> Mapping[str, Part]:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/test_a.py").write_text(TESTS)
    return {"app": Part(("unused",), (Results("app.xml", "app", ALONE),))}


def outcomes(found: list[Ended]) -> list[Outcome]:
    return [case.outcome for case in found[0].cases]


def test_what_passes_alone_is_flaky_and_what_fails_again_stays_failed(
    tmp_path: Path, parts: Mapping[str, Part]
) -> None:
    [found] = again.told_apart(ended(PASSES, BROKEN), parts, tmp_path, tmp_path / "again")
    assert outcomes([found]) == [Outcome.FLAKY, Outcome.FAILED, Outcome.PASSED]
    assert not found.passed


def test_a_test_that_is_gone_is_no_flaky_one(tmp_path: Path, parts: Mapping[str, Part]) -> None:
    found = again.told_apart(ended("test_that_nobody_wrote"), parts, tmp_path, tmp_path / "again")
    assert outcomes(found)[0] is Outcome.FAILED


def test_more_than_a_few_are_no_accident(tmp_path: Path, parts: Mapping[str, Part]) -> None:
    names = [PASSES] * (again.LIMIT + 1)
    assert Outcome.FLAKY not in outcomes(
        again.told_apart(ended(*names), parts, tmp_path, tmp_path / "again")
    )


def test_where_nothing_runs_one_alone_it_stays_failed(tmp_path: Path) -> None:
    without = {"app": Part(("unused",), (Results("app.xml", "app"),))}
    assert (
        outcomes(again.told_apart(ended(PASSES), without, tmp_path, tmp_path / "again"))[0]
        is Outcome.FAILED
    )
    nowhere = {"app": Part(("unused",), (Results("app.xml", ".", ("/no/such/program",)),))}
    assert (
        outcomes(again.told_apart(ended(PASSES), nowhere, tmp_path, tmp_path / "again"))[0]
        is Outcome.FAILED
    )


@pytest.mark.parametrize(
    ("part", "file", "name", "wanted"),
    [
        (
            "components",
            "backend/tests/test_a.py",
            "test_it[{name}-1]",
            ("backend", [".venv/bin/pytest", "tests/test_a.py::test_it[{name}-1]"]),
        ),
        (
            "components",
            "frontend/lib/a.test.ts",
            "a group > does (it)",
            (
                "frontend",
                ["npx", "vitest", "run", "lib/a.test.ts"],
            ),
        ),
        (
            "browser",
            "frontend/e2e/a.spec.ts",
            "a reply (long) \u203a arrives",
            (
                "frontend/e2e",
                [
                    "../../infra/scripts/browser.sh",
                    "a.spec.ts",
                    "-g",
                    r"a\ reply\ \(long\)\ arrives",
                ],
            ),
        ),
        (
            "infra",
            "infra/a/test_a.py",
            "test_b",
            (".", ["pytest", "-c", "pytest.ini", "infra/a/test_a.py::test_b"]),
        ),
    ],
)
def test_each_runner_is_told_one_test(
    part: str, file: str, name: str, wanted: tuple[str, list[str]]
) -> None:
    found = again.command(Case(file, name, Outcome.FAILED), PARTS[part])
    assert found is not None
    results, argv = found
    assert (results.base, argv) == wanted


def test_a_test_on_the_cluster_is_run_with_its_file_once_for_all_of_it() -> None:
    one, two = (Case("ci/tests/cluster/test_a.py", name, Outcome.FAILED) for name in "ab")
    assert again.command(one, PARTS["e2e"]) == again.command(two, PARTS["e2e"])


def test_a_command_runs_once_and_its_results_lie_apart(tmp_path: Path) -> None:
    alone = ("sh", "-c", 'echo "$1 $JUNIT_DIR" >>ran', "sh", FILE)
    parts = {"app": Part(("unused",), (Results("app.xml", ".", alone),))}
    found = again.told_apart(ended("one", "two"), parts, tmp_path, tmp_path / "again")
    assert outcomes(found)[:2] == [Outcome.FLAKY, Outcome.FLAKY]
    assert (tmp_path / "ran").read_text() == f"app/test_a.py {tmp_path}/again\n"
