"""The files of three test runners become the same cases, named as each runner is told them."""

from pathlib import Path

import pytest

from testrun import junit
from testrun.junit import Case, Outcome

PYTEST = """<testsuites><testsuite name="pytest">
<testcase classname="tests.events.test_outbox" name="test_an_event[a.b-1]" time="0.5"/>
<testcase classname="tests.events.test_outbox.TestRelay" name="test_sends" time="0.1">
  <failure message="assert 1 == 2">a traceback</failure></testcase>
<testcase classname="tests.events.test_outbox" name="test_broken" time="0">
  <error message="failed on setup">a traceback</error></testcase>
<testcase classname="tests.events.test_outbox" name="test_left_out" time="0">
  <skipped type="pytest.skip" message="needs an engine: none answers">a place</skipped></testcase>
</testsuite></testsuites>"""
VITEST = """<testsuites name="vitest tests"><testsuite name="app/health/route.test.ts">
<testcase classname="app/health/route.test.ts" name="health &gt; names the commit" time="0.04"/>
</testsuite></testsuites>"""
PLAYWRIGHT = """<testsuites><testsuite name="chat.spec.ts">
<testcase name="a reply [long] \u203a arrives" classname="chat.spec.ts" time="3.5"/>
<testcase name="hangs" classname="chat.spec.ts" time="0"><properties>
  <property name="skip" value="the backend is not ours"></property></properties>
  <skipped></skipped></testcase>
</testsuite></testsuites>"""


def read(tmp_path: Path, text: str, base: str) -> list[Case]:
    (tmp_path / "backend/tests/events").mkdir(parents=True)
    (tmp_path / "backend/tests/events/test_outbox.py").touch()
    (tmp_path / "results.xml").write_text(text)
    return junit.read(tmp_path / "results.xml", base, tmp_path)


def test_the_cases_of_pytest_carry_their_node_ids(tmp_path: Path) -> None:
    file = "backend/tests/events/test_outbox.py"
    assert read(tmp_path, PYTEST, "backend") == [
        Case(file, "test_an_event[a.b-1]", Outcome.PASSED, 0.5),
        Case(file, "TestRelay::test_sends", Outcome.FAILED, 0.1, "assert 1 == 2"),
        Case(file, "test_broken", Outcome.FAILED, 0, "failed on setup"),
        Case(file, "test_left_out", Outcome.SKIPPED, 0, "needs an engine: none answers"),
    ]


def test_a_parametrised_case_belongs_to_its_test(tmp_path: Path) -> None:
    case = read(tmp_path, PYTEST, "backend")[0]
    assert case.test == "backend/tests/events/test_outbox.py::test_an_event"


def test_the_cases_of_vitest_carry_their_titles(tmp_path: Path) -> None:
    (case,) = read(tmp_path, VITEST, "frontend")
    assert case.test == "frontend/app/health/route.test.ts::health > names the commit"


def test_the_cases_of_playwright_carry_their_titles_and_reasons(tmp_path: Path) -> None:
    arrives, hangs = read(tmp_path, PLAYWRIGHT, "frontend/e2e")
    assert arrives.test == "frontend/e2e/chat.spec.ts::a reply [long] \u203a arrives"
    assert (hangs.outcome, hangs.reason) == (Outcome.SKIPPED, "the backend is not ours")


def test_a_name_from_the_root_is_found_there(tmp_path: Path) -> None:
    text = PYTEST.replace("tests.events", "backend.tests.events")
    assert read(tmp_path, text, ".")[0].file == "backend/tests/events/test_outbox.py"


def test_half_a_file_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"results\.xml is no JUnit file"):
        read(tmp_path, PYTEST[:200], "backend")
