"""What a scanner found in packages, as osv-scanner prints it: pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

Object = dict[str, Any]


class Severity(StrEnum):
    """Say how bad a finding is; they stand in their order, and unknown is none of it."""

    UNKNOWN = "unknown"
    UNIMPORTANT = "unimportant"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Return its place in the order."""
        return list(Severity).index(self)

    @classmethod
    def of_score(cls, score: str) -> "Severity":
        """Read a score of CVSS; 0 says that nothing is wrong, which is not known to be so."""
        try:
            number = float(score)
        except ValueError:
            return cls.UNKNOWN
        bars = {9.0: cls.CRITICAL, 7.0: cls.HIGH, 4.0: cls.MEDIUM, 0.1: cls.LOW}
        found = (severity for least, severity in bars.items() if least <= number <= 10)
        return next(found, cls.UNKNOWN)


# The words of those who score nothing.
_WORDS = {
    "negligible": Severity.UNIMPORTANT,
    "low": Severity.LOW,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold what is known to be unsafe about one package.

    Args:
        names: of what was found, the one that people know it by first.
        package: as its advisories name it.
        version: that is in the image.
        fixed: the versions that mend it, on any branch; empty where none does.
        severity: the worst that one of its advisories says.
    """

    names: tuple[str, ...]
    package: str
    version: str
    fixed: tuple[str, ...]
    severity: Severity

    def __str__(self) -> str:
        mended = f"fixed in {' or '.join(self.fixed)}" if self.fixed else "without a fix"
        return f"{self.names[0]} ({self.severity}) of {self.package} {self.version}, {mended}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what the scanner said of one document.

    Args:
        seen: name and version of each package that it looked at.
        findings: the worst first.
    """

    seen: frozenset[tuple[str, str]]
    findings: tuple[Finding, ...]


def parse(text: str) -> Mapping[str, Answer]:
    """Read what osv-scanner printed, by the names of the documents.

    Raises:
        ValueError: for anything else than its results.
    """
    try:
        results: list[Object] = json.loads(text)["results"]
        return {PurePosixPath(it["source"]["path"]).name: _answer(it["packages"]) for it in results}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no results of osv-scanner: {error!r}") from None


def _answer(packages: Sequence[Object]) -> Answer:
    # Without an ecosystem it was listed, and nothing was looked up.
    looked = [it["package"] for it in packages if it["package"]["ecosystem"]]
    found = [_finding(it, group) for it in packages for group in it.get("groups") or ()]
    seen = frozenset((it["name"], it["version"]) for it in looked)
    return Answer(seen, in_order(found))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return each once, the worst first."""
    return tuple(sorted({*findings}, key=lambda it: (-it.severity.rank, it.package, it.names)))


def _finding(listed: Object, group: Object) -> Finding:
    package: Object = listed["package"]
    advisories = [it for it in listed["vulnerabilities"] if it["id"] in group["ids"]]
    names = {*group["ids"], *(group.get("aliases") or ())}
    return Finding(
        tuple(sorted(names, key=lambda it: (not it.startswith("CVE-"), it))),
        package["name"],
        package["version"],
        tuple(sorted({it for one in advisories for it in _fixed(one, package)})),
        _severity(group, advisories),
    )


def _severity(group: Object, advisories: Iterable[Object]) -> Severity:
    told: Mapping[str, Object] = group.get("experimental_analysis") or {}
    if told and all(it.get("unimportant") for it in told.values()):
        return Severity.UNIMPORTANT
    scored = Severity.of_score(group.get("max_severity") or "")
    if scored is not Severity.UNKNOWN:
        return scored
    words = [_WORDS.get(word.lower(), Severity.UNKNOWN) for it in advisories for word in _words(it)]
    return max(words, key=lambda it: it.rank, default=Severity.UNKNOWN)


def _words(advisory: Object) -> Iterable[str]:
    yield from (str(it.get("score") or "") for it in advisory.get("severity") or ())
    said: Object = advisory.get("database_specific") or {}
    yield str(said.get("severity") or "")


def _fixed(advisory: Object, package: Object) -> Iterable[str]:
    for affected in advisory.get("affected") or ():
        whose: Object = affected.get("package") or {}
        if whose.get("name") != package["name"] or not _same(whose, package):
            continue
        for ranged in affected.get("ranges") or ():
            if ranged.get("type") != "GIT":
                yield from (it["fixed"] for it in ranged.get("events") or () if it.get("fixed"))


def _same(one: Object, other: Object) -> bool:
    """Compare ecosystems as OSV does: one without a release is of each of them."""
    (name, _, release), (known, _, of_known) = (
        it["ecosystem"].partition(":") for it in (one, other)
    )
    return name == known and (release == of_known or not (release and of_known))
