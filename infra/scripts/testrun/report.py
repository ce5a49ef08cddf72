"""The report on the parts that ran: tables, skipped tests by their reasons, one line of sums."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from testrun.junit import Case, Outcome
from testrun.records import Ended


def total(ended: Iterable[Ended], missing: Sequence[str]) -> Counter[Outcome]:
    """Count all outcomes; a part that did not run is a failed one."""
    counted = Counter({Outcome.FAILED: len(missing)})
    for part in ended:
        counted.update({outcome: part.count(outcome) for outcome in Outcome})
    return counted


def last_line(counted: Counter[Outcome]) -> str:
    """Return the line that programs read."""
    flaky = [Outcome.FLAKY] if counted[Outcome.FLAKY] else []
    told = (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, *flaky)
    return ", ".join(f"{counted[outcome]} {outcome}" for outcome in told)


def parts_table(ended: Sequence[Ended]) -> list[str]:
    """Tell how long each part took and what it found."""
    head = f"{'part':<11} {'seconds':>8} " + " ".join(f"{outcome:>8}" for outcome in Outcome)
    rows = [
        f"{part.record.name:<11} {part.record.seconds:>8.0f} "
        + " ".join(f"{part.count(outcome):>8}" for outcome in Outcome)
        for part in ended
    ]
    return [head, *rows]


def durations_table(cases: Iterable[Case]) -> list[str]:
    """Tell how long the tests of each file took, the longest first."""
    seconds: defaultdict[str, float] = defaultdict(float)
    tests: Counter[str] = Counter()
    for case in cases:
        seconds[case.file] += case.seconds
        tests[case.file] += 1
    files = sorted(seconds, key=lambda file: -seconds[file])
    return [f"{'seconds':>8} {'tests':>6}  file"] + [
        f"{seconds[file]:>8.1f} {tests[file]:>6}  {file}" for file in files
    ]


def failed(ended: Iterable[Ended]) -> list[str]:
    """Name every failed test, and every fault of a part."""
    lines: list[str] = []
    for part in ended:
        lines += _ids(part, Outcome.FAILED)
        lines += part.faults
    return lines


def flaky(ended: Iterable[Ended]) -> list[str]:
    """Name every test that failed beside the others and passed by itself."""
    return [line for part in ended for line in _ids(part, Outcome.FLAKY)]


def _ids(part: Ended, outcome: Outcome) -> list[str]:
    return [case.id for case in part.cases if case.outcome is outcome]


def skipped(cases: Iterable[Case]) -> list[str]:
    """Name the skipped tests below their reasons; the cases of one test share a line."""
    reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        if case.outcome is Outcome.SKIPPED:
            reasons[case.reason or "no reason given"][case.test] += 1
    lines: list[str] = []
    for reason, tests in sorted(reasons.items()):
        lines.append(f"{reason} ({tests.total()})")
        lines += [f"  {test}" + (f" ({n})" if n > 1 else "") for test, n in sorted(tests.items())]
    return lines
