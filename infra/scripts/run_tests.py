"""Run parts of the tests, or report on those that ran: see test.sh, e2e.sh and .ci/run."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from testrun import again, records, report, runner, tasks
from testrun.junit import Outcome
from testrun.parts import BESIDE_E2E, E2E, PARTS, e2e_lanes, lanes_of

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("JUNIT_DIR") or ROOT / ".test-results").absolute()
# Set by a caller that runs several groups of parts and reports on all of them at its end.
LATER = "TEST_REPORT_LATER"
# Parts that such a caller has `./do test` leave to `./do e2e`, where the processors are half idle.
BESIDE = "TEST_BESIDE_E2E"
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("test").add_argument("parts", nargs="*")
    verbs.add_parser("e2e").add_argument("arguments", nargs=argparse.REMAINDER)
    verbs.add_parser("report")
    args = parser.parse_args(argv)
    if args.verb == "report":
        return _report(list(PARTS), complete=True)
    further: list[str] = args.arguments if args.verb == "e2e" else []
    beside = os.environ.get(BESIDE, "").split()
    yielding: Sequence[str] = ()
    try:
        if args.verb == "e2e":
            lanes, yielding = e2e_lanes(further, beside)
        else:
            lanes = lanes_of(args.parts, beside)
    except ValueError as error:
        print(f"{error}; next: ./do test PART, or ./do test for all", file=sys.stderr)
        return 2
    if not runner.run(lanes, PARTS, FOLDER, further, yielding):
        return INTERRUPTED
    names = [name for lane in lanes for name in lane]
    if os.environ.get(LATER):
        return 0 if all(it.passed for it in _ended(names)) else 1
    return _report(names, complete=False)


def _ended(names: Sequence[str]) -> list[records.Ended]:
    return records.load(FOLDER, {name: PARTS[name] for name in names}, ROOT)


def _report(names: Sequence[str], *, complete: bool) -> int:
    ended = _ended(names)
    for part in ended:
        if not part.passed and not PARTS[part.record.name].live:
            print(f"\n== {part.record.name}\n{records.log(FOLDER, part.record.name).read_text()}")
    if complete:
        ended = again.told_apart(ended, PARTS, ROOT, FOLDER / "again")
    ran = [part.record.name for part in ended]
    missing = [f"{name} did not run" for name in names if name not in ran]
    cases = [case for part in ended for case in part.cases]
    table = tasks.parse((ROOT / "docs/tasks.md").read_text())
    unproved = tasks.unproved(table, cases, complete=complete)

    _section("durations by file of e2e", _durations(ended))
    _section("parts", report.parts_table(ended))
    _section("skipped", report.skipped(cases))
    _section("tasks whose test needs an engine", tasks.needing_an_engine(table) if complete else [])
    _section("docs/tasks.md: closed, but not proved by this run", unproved)
    _section("flaky: failed beside the others, passed alone", report.flaky(ended))
    _section("failed", [*report.failed(ended), *missing])
    counted = report.total(ended, missing)
    counted[Outcome.FAILED if unproved else Outcome.PASSED] += 1
    print(f"\n{report.last_line(counted)}", flush=True)
    return 1 if counted[Outcome.FAILED] else 0


def _durations(ended: Sequence[records.Ended]) -> list[str]:
    names = (*E2E, *BESIDE_E2E)
    cases = [case for part in ended if part.record.name in names for case in part.cases]
    return report.durations_table(cases) if cases else []


def _section(title: str, lines: Sequence[str]) -> None:
    if lines:
        print(f"\n== {title}", *lines, sep="\n")


if __name__ == "__main__":
    sys.exit(main())
