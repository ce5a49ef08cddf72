"""A scan names what it found, what it let pass, what it could not look at, and how old that is."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fake_cluster import FakeCluster
from fake_objects import images
from fake_osv import (
    DEBIAN,
    PYTHON,
    URLLIB,
    ZLIB,
    Scanner,
    advisory,
    answer,
    group,
    listed,
    printed,
    sbom,
)

from todo_ci.errors import ToolError
from todo_ci.project.scan import Exemption, Scan
from todo_ci.reports.report import Check, CheckStatus, Report
from todo_ci.scan.run import Subject, scan

BAD = advisory("CVE-2018-25032", ZLIB, "1:1.2.12")
WORSE = listed(ZLIB, [group(BAD, score="9.1")], [BAD])


def subject(component: str, *sboms: Any) -> Subject:
    return Subject(component, images(1)[component], sboms)


async def run(said: str, *subjects: Subject, **rules: Any) -> Report:
    context = replace(FakeCluster().context(), shell=Scanner(said))
    return await scan(context, subjects, Scan(**rules), "scan for local")


def check(report: Report, name: str) -> Check:
    (found,) = [it for it in report.checks if it.name == name]
    return found


async def test_each_image_is_judged_by_what_is_in_it() -> None:
    said = answer(printed([listed(URLLIB)], [WORSE]))
    backend, frontend = subject("backend", sbom(PYTHON)), subject("frontend", sbom(DEBIAN))
    report = await run(said, backend, frontend)
    assert check(report, "backend: packages").status is CheckStatus.PASSED
    refused = check(report, "frontend: packages")
    assert refused.status is CheckStatus.FAILED
    assert "todo-frontend@sha256:000000000000… has CVE-2018-25032 (critical)" in refused.evidence
    assert not report.passed
    assert report.evidence.startswith("frontend: CVE-2018-25032 (critical) of zlib")


async def test_what_is_on_several_platforms_is_found_once() -> None:
    report = await run(answer(printed([WORSE], [WORSE])), subject("backend", *[sbom(DEBIAN)] * 2))
    assert (
        "of 1 packages, known about them 1 critical" in check(report, "backend: packages").evidence
    )


async def test_what_could_not_be_looked_at_is_said_and_fails_nothing() -> None:
    listed_too = sbom(DEBIAN, PYTHON, "pkg:generic/python@3.13", "pkg:generic/node@24")
    report = await run(answer(printed([listed(ZLIB)])), subject("backend", listed_too))
    unseen = check(report, "not looked at")
    assert unseen.status is CheckStatus.SKIPPED
    assert "1 of a kind without advisories (generic): x" in unseen.evidence
    assert "1 that osv-scanner passed over: urllib3 2.2.1" in unseen.evidence
    assert report.passed
    whole = await run(answer(printed([listed(ZLIB)])), subject("backend", sbom(DEBIAN)))
    assert check(whole, "not looked at").status is CheckStatus.PASSED


async def test_an_image_of_which_nothing_was_looked_at_has_not_passed() -> None:
    empty = subject("backend", sbom("pkg:generic/app@1"))
    report = await run(answer("", databases={}), empty)
    assert check(report, "backend: packages").status is CheckStatus.SKIPPED
    assert not report.passed
    passed_over = await run(answer(printed([])), subject("backend", sbom(DEBIAN)))
    assert check(passed_over, "backend: packages").evidence == "osv-scanner looked at none of them"
    assert not passed_over.passed


async def test_old_advisories_prove_nothing() -> None:
    said = answer(printed([listed(ZLIB)]), newest="2020-01-01T00:00:00Z")
    report = await run(said, subject("backend", sbom(DEBIAN)))
    assert check(report, "backend: packages").status is CheckStatus.PASSED
    assert check(report, "advisories").status is CheckStatus.FAILED
    assert not report.passed


async def test_an_exception_lets_an_image_pass_and_is_named() -> None:
    exempt = Exemption(id="CVE-2018-25032", until=date(2999, 1, 1), reason="not reached")
    report = await run(
        answer(printed([WORSE])), subject("backend", sbom(DEBIAN)), except_=(exempt,)
    )
    assert report.passed
    assert "until 2999-01-01 (not reached)" in check(report, "exceptions").evidence
    assert "taken by an exception" in check(report, "backend: packages").evidence


async def test_a_scan_that_does_not_end_is_an_error() -> None:
    scanner = Scanner("", exit_code=124, timed_out=True)
    context = replace(FakeCluster().context(), shell=scanner)
    with pytest.raises(ToolError, match="the scan did not end in time"):
        await scan(context, [subject("backend", sbom(DEBIAN))], Scan(), "")
    assert len(scanner.asked) == 1
