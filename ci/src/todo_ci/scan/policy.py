"""Judge findings by the policy of ``release.toml``: pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from todo_ci.core.image_refs import shorten
from todo_ci.project.scan import Exemption, Scan
from todo_ci.reports.report import Check
from todo_ci.scan.findings import Finding, Severity

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold what the policy makes of findings, each part the worst first.

    Args:
        refused: what an image may not have.
        exempt: what it would refuse, but for an exception.
        taken: what is only told.
    """

    refused: tuple[Finding, ...] = ()
    exempt: tuple[Finding, ...] = ()
    taken: tuple[Finding, ...] = ()


def judge(findings: Iterable[Finding], policy: Scan, today: date) -> Judged:
    """Part findings by what the policy says of them.

    Args:
        findings: of an image, in their order.
        policy: of ``release.toml``.
        today: in UTC; an exception counts to the end of its last day.
    """
    refused: list[Finding] = []
    exempt: list[Finding] = []
    taken: list[Finding] = []
    for it in findings:
        if not _is_over(it, policy):
            taken.append(it)
        elif any(_is_about(one, it) and one.until >= today for one in policy.except_):
            exempt.append(it)
        else:
            refused.append(it)
    return Judged(tuple(refused), tuple(exempt), tuple(taken))


def _is_over(finding: Finding, policy: Scan) -> bool:
    if policy.only_fixed and not finding.fixed:
        return False
    if finding.severity is Severity.UNKNOWN:
        return policy.refuse_unknown
    return finding.severity.rank >= Severity(policy.refuse).rank


def _is_about(exemption: Exemption, finding: Finding) -> bool:
    return exemption.id in finding.names and exemption.package in ("", finding.package)


def of_image(component: str, image: str, judged: Judged, packages: int) -> Check:
    """Say what was found in an image, and whether it may go on."""
    found = [*judged.refused, *judged.exempt, *judged.taken]
    parts = [f"{packages} packages, {_counted(found)}"]
    if judged.exempt:
        parts.append(f"taken by an exception: {named(judged.exempt)}")
    name = f"{component}: packages"
    if not judged.refused:
        return Check.passed(name, "; ".join([f"{shorten(image)}: {parts[0]}", *parts[1:]]))
    evidence = f"{shorten(image)} has {named(judged.refused)}; of {'; '.join(parts)}"
    return Check.failed(name, evidence, _way_out(judged.refused))


def named(findings: Sequence[Finding]) -> str:
    """Name the worst, and how many more there are."""
    more = len(findings) - _NAMED
    return ", ".join([*map(str, findings[:_NAMED]), *([f"and {more} more"] if more > 0 else [])])


def _counted(findings: Collection[Finding]) -> str:
    if not findings:
        return "nothing known about them"
    counts = {it: sum(one.severity is it for one in findings) for it in reversed(Severity)}
    words = ", ".join(f"{count} {severity}" for severity, count in counts.items() if count)
    return f"known about them {words}"


def _way_out(refused: Iterable[Finding]) -> str:
    mended = next((it for it in refused if it.fixed), None)
    exception = "or say in release.toml until when it may stay, and why: [[scan.except]]"
    if mended is None:
        return f"take the package out of the image, {exception}"
    return (
        f"build the image anew with {mended.package} {' or '.join(mended.fixed)} or newer, "
        f"{exception}"
    )


def exceptions(findings: Collection[Finding], policy: Scan, today: date) -> Check:
    """Say which exceptions count, which are over, and which are about nothing that was found."""
    if not policy.except_:
        return Check.skipped("exceptions", "release.toml has none")
    over = [it for it in policy.except_ if it.until < today]
    idle = [
        it
        for it in policy.except_
        if it not in over and not any(_is_about(it, one) for one in findings)
    ]
    counted = [it for it in policy.except_ if it not in over and it not in idle]
    said = {
        "counts": [f"{_called(it)} until {it.until} ({it.reason})" for it in counted],
        "over": [f"{_called(it)} since {it.until}" for it in over],
        "about nothing in these images": [*map(_called, idle)],
    }
    evidence = "; ".join(f"{word}: {', '.join(them)}" for word, them in said.items() if them)
    if not (over or idle):
        return Check.passed("exceptions", evidence)
    gone = ", ".join(it.id for it in (*over, *idle))
    return Check.skipped("exceptions", evidence, f"take out of release.toml, or renew: {gone}")


def _called(exemption: Exemption) -> str:
    return f"{exemption.id} of {exemption.package}" if exemption.package else exemption.id
