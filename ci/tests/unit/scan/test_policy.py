"""The policy decides what an image may have, for how long, and says what it lets pass."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from todo_ci.project.scan import Exemption, Scan
from todo_ci.reports.report import CheckStatus
from todo_ci.scan import policy
from todo_ci.scan.findings import Finding, Severity
from todo_ci.scan.policy import Judged

TODAY = date(2026, 6, 2)
HIGH = Finding(("CVE-2026-1", "GHSA-aaaa"), "openssl", "3.0.1", ("3.0.2",), Severity.HIGH)
IMAGE = f"registry.test/todo/todo-backend@sha256:{'1' * 64}"


def rated(severity: str, **changes: Any) -> Finding:
    return replace(HIGH, severity=Severity(severity), **changes)


def exemption(**changes: Any) -> Exemption:
    given: dict[str, Any] = {"id": "CVE-2026-1", "until": TODAY, "reason": "not reached", **changes}
    return Exemption(**given)


def judge(*findings: Finding, **rules: Any) -> Judged:
    return policy.judge(findings, Scan(**rules), TODAY)


@pytest.mark.parametrize("bar", ["low", "medium", "high", "critical"])
def test_a_severity_and_what_is_above_it_is_refused(bar: Any) -> None:
    order = ("unimportant", "low", "medium", "high", "critical")
    judged = judge(*map(rated, order), refuse=bar)
    assert [it.severity for it in judged.refused] == [*order[order.index(bar) :]]
    assert [it.severity for it in judged.taken] == [*order[: order.index(bar)]]


def test_a_severity_that_nobody_knows_is_refused_unless_that_is_said() -> None:
    unknown = rated("unknown")
    assert judge(unknown, refuse="critical").refused == (unknown,)
    assert judge(unknown, refuse="low", refuse_unknown=False).taken == (unknown,)


def test_what_nothing_mends_is_taken_where_that_is_said() -> None:
    mended, not_mended = HIGH, rated("critical", fixed=())
    assert judge(mended, not_mended).refused == (mended, not_mended)
    assert judge(mended, not_mended, only_fixed=True) == Judged((mended,), (), (not_mended,))


@pytest.mark.parametrize("name", HIGH.names)
def test_an_exception_counts_by_any_name_to_the_end_of_its_last_day(name: str) -> None:
    one = exemption(id=name)
    assert judge(HIGH, except_=(one,)).exempt == (HIGH,)
    over = exemption(id=name, until=TODAY - timedelta(days=1))
    assert judge(HIGH, except_=(over,)).refused == (HIGH,)


def test_an_exception_for_a_package_is_for_no_other() -> None:
    other = replace(HIGH, package="libssl")
    judged = judge(HIGH, other, except_=(exemption(package="openssl"),))
    assert judged == Judged((other,), (HIGH,), ())


def test_an_exception_for_another_finding_is_none() -> None:
    assert judge(HIGH, except_=(exemption(id="CVE-2026-12"),)).refused == (HIGH,)


def test_an_image_is_refused_by_name_with_the_way_out() -> None:
    check = policy.of_image("backend", IMAGE, judge(HIGH, rated("low")), 214)
    assert (check.name, check.status) == ("backend: packages", CheckStatus.FAILED)
    assert check.evidence == (
        "registry.test/todo/todo-backend@sha256:111111111111… has CVE-2026-1 (high) of openssl "
        "3.0.1, fixed in 3.0.2; of 214 packages, known about them 1 high, 1 low"
    )
    assert check.next_step.startswith("build the image anew with openssl 3.0.2 or newer, or say")
    gone = policy.of_image("backend", IMAGE, judge(rated("high", fixed=())), 1)
    assert gone.next_step.startswith("take the package out of the image, or say in release.toml")


def test_of_many_findings_the_worst_are_named_and_the_others_counted() -> None:
    many = [rated("high", names=(f"CVE-{it}",)) for it in range(5)]
    said = policy.of_image("backend", IMAGE, judge(*many), 9).evidence
    assert "CVE-2 (high)" in said
    assert "and 2 more" in said
    assert "CVE-3" not in said


def test_what_is_taken_is_said_too() -> None:
    judged = judge(HIGH, rated("unknown", names=("GO-1",)), refuse_unknown=False,
                   except_=(exemption(),))  # fmt: skip
    check = policy.of_image("backend", IMAGE, judged, 2)
    assert check.status is CheckStatus.PASSED
    assert "known about them 1 high, 1 unknown; taken by an exception: CVE-2026-1" in check.evidence
    clean = policy.of_image("backend", IMAGE, Judged(), 2)
    assert clean.evidence.endswith("2 packages, nothing known about them")


def test_an_exception_that_counts_is_named_with_its_reason() -> None:
    check = policy.exceptions([HIGH], Scan(except_=(exemption(package="openssl"),)), TODAY)
    assert check.status is CheckStatus.PASSED
    assert check.evidence == "counts: CVE-2026-1 of openssl until 2026-06-02 (not reached)"


def test_one_that_is_over_or_about_nothing_is_named_and_passes_for_nothing() -> None:
    over = exemption(until=date(2026, 6, 1))
    idle = exemption(id="CVE-2026-2", package="zlib")
    check = policy.exceptions([HIGH], Scan(except_=(over, idle)), TODAY)
    assert check.status is CheckStatus.SKIPPED
    assert "over: CVE-2026-1 since 2026-06-01" in check.evidence
    assert "about nothing in these images: CVE-2026-2 of zlib" in check.evidence
    assert check.next_step == "take out of release.toml, or renew: CVE-2026-1, CVE-2026-2"
    assert policy.exceptions([HIGH], Scan(), TODAY).status is CheckStatus.SKIPPED
