"""What osv-scanner prints becomes findings, and a severity that nobody knows is called so."""

import json
from typing import Any

import pytest
from fake_osv import URLLIB, ZLIB, advisory, group, listed, printed

from todo_ci.scan import findings
from todo_ci.scan.findings import Finding, Severity


def only(entry: Any) -> Finding:
    (found,) = findings.parse(printed([entry]))["0.cdx.json"].findings
    return found


def rated(**more: Any) -> Severity:
    """Return the severity of an advisory, by what it says beside its package."""
    score = more.pop("score", "")
    one = advisory("X-1", URLLIB, **more)
    return only(listed(URLLIB, [group(one, score=score)], [one])).severity


def test_advisories_about_the_same_are_one_finding_by_the_name_people_know() -> None:
    one = advisory("GHSA-34jh-p97f-mpxf", URLLIB, "2.2.2", "1.26.19")
    other = advisory("PYSEC-2024-1", URLLIB, "2.2.2")
    about = group(one, other, score="4.4", aliases=("CVE-2024-37891",))
    found = only(listed(URLLIB, [about], [one, other]))
    assert found == Finding(
        ("CVE-2024-37891", "GHSA-34jh-p97f-mpxf", "PYSEC-2024-1"),
        "urllib3", "2.2.1", ("1.26.19", "2.2.2"), Severity.MEDIUM,
    )  # fmt: skip
    assert str(found) == "CVE-2024-37891 (medium) of urllib3 2.2.1, fixed in 1.26.19 or 2.2.2"


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        ("10.0", "critical"), ("9.0", "critical"), ("8.9", "high"), ("7.0", "high"),
        ("6.9", "medium"), ("4.0", "medium"), ("3.9", "low"), ("0.1", "low"),
        ("0.0", "unknown"), ("", "unknown"), ("-1", "unknown"), ("11", "unknown"),
        ("nan", "unknown"), ("high", "unknown"),
    ],
)  # fmt: skip
def test_a_score_is_read_as_cvss_names_it(score: str, severity: str) -> None:
    assert Severity.of_score(score) == severity
    assert rated(score=score) == severity


def test_without_a_score_the_words_of_an_advisory_count() -> None:
    assert rated(database_specific={"severity": "MODERATE"}) == "medium"
    assert rated(severity=[{"type": "Ubuntu", "score": "negligible"}]) == "unimportant"
    assert rated(score="9.8", database_specific={"severity": "LOW"}) == "critical"
    assert rated(database_specific={"severity": "so-so"}) == "unknown"
    assert rated(severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/nonsense"}]) == "unknown"


def test_what_its_distribution_calls_unimportant_is_that_whatever_it_scores() -> None:
    one = advisory("DEBIAN-CVE-2010-4756", ZLIB)
    about = {**group(one, score="4.0"), "experimental_analysis": {one["id"]: {"unimportant": True}}}
    assert only(listed(ZLIB, [about], [one])).severity == "unimportant"
    about["experimental_analysis"]["X"] = {"unimportant": False}
    assert only(listed(ZLIB, [about], [one])).severity == "medium"


def test_a_fix_counts_for_the_package_and_the_release_of_the_image_alone() -> None:
    one = advisory("DEBIAN-CVE-2018-25032", ZLIB, "1:1.2.12")
    for ecosystem, name in (("Debian:12", "zlib"), ("Debian:13", "minizip"), ("Alpine", "zlib")):
        one["affected"] += advisory("", (ecosystem, name, ""), "9")["affected"]
    one["affected"] += [{}, {"package": None}]
    one["affected"][0]["ranges"].append({"type": "GIT", "events": [{"fixed": "0a1b2c"}]})
    assert only(listed(ZLIB, [group(one)], [one])).fixed == ("1:1.2.12",)
    of_any = advisory("DSA-1-1", ("Debian", "zlib", ""), "1:2")
    assert only(listed(ZLIB, [group(of_any)], [of_any])).fixed == ("1:2",)
    none = advisory("DSA-2-1", ZLIB)
    assert str(only(listed(ZLIB, [group(none)], [none]))).endswith("zlib 1:1.2.11, without a fix")


def test_the_worst_comes_first_and_each_once() -> None:
    high, low, unknown = (advisory(name, URLLIB) for name in ("A-1", "B-1", "C-1"))
    groups = [group(unknown), group(low, score="1.0"), group(high, score="8.0")]
    entry = listed(URLLIB, groups, [high, low, unknown])
    twice = findings.parse(printed([entry, entry]))["0.cdx.json"].findings
    assert [it.names[0] for it in twice] == ["A-1", "B-1", "C-1"]


def test_what_was_listed_without_being_looked_up_was_not_seen() -> None:
    nowhere = listed(("", "app", "1"))
    answer = findings.parse(printed([listed(ZLIB), nowhere]))["0.cdx.json"]
    assert answer.seen == {("zlib", "1:1.2.11")}
    assert answer.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "", "no JSON", "[]", "{}", "null", '{"results": null}', '{"results": [{}]}',
        '{"results": [{"source": {"path": "0.cdx.json"}, "packages": [{}]}]}',
        json.dumps({"results": [{"source": {"path": "a"}, "packages": [
            {"package": {"name": "a", "version": "1", "ecosystem": "Go"}, "groups": [{}]}]}]}),
    ],
)  # fmt: skip
def test_anything_else_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        findings.parse(text)
