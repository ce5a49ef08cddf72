"""Scan images by their SBOMs: ask once about all of them, and judge each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from todo_ci.core.context import Context
from todo_ci.core.steps import require_success
from todo_ci.project.scan import Scan
from todo_ci.reports.report import Check, Report
from todo_ci.scan import databases, osv, packages, policy
from todo_ci.scan.databases import Database
from todo_ci.scan.findings import Answer, Finding, in_order
from todo_ci.scan.packages import Contents, Object
from todo_ci.scan.policy import Judged

_NAMED = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """Name an image, and what is in it.

    Args:
        component: whose image.
        image: by digest.
        sboms: at least one of each platform.
    """

    component: str
    image: str
    sboms: tuple[Object, ...]


async def scan(context: Context, subjects: Sequence[Subject], rules: Scan, title: str) -> Report:
    """Look for what is known about the packages of images, and judge it.

    Args:
        context: the ports.
        subjects: the images.
        rules: the policy, with the address of the advisories.
        title: of the report.

    Raises:
        ToolError: where nothing could be looked for.
    """
    read = [(subject, packages.read(it)) for subject in subjects for it in subject.sboms]
    asked = [(subject, contents) for subject, contents in read if contents.packages]
    context.say(f"scan: what is known about {sum(len(it.packages) for _, it in asked)} packages")
    documents = [contents for _, contents in asked]
    answers, looked_through = await ask(context, documents, rules)
    now = datetime.now(UTC)
    found: dict[str, tuple[Finding, ...]] = {}
    counts: dict[str, int] = {}
    for subject in subjects:
        own = [n for n, (whose, _) in enumerate(asked) if whose is subject]
        found[subject.component] = in_order(it for n in own for it in answers[n].findings)
        counts[subject.component] = len({it for n in own for it in answers[n].seen})
    judged = {name: policy.judge(it, rules, now.date()) for name, it in found.items()}
    everything = [it for own in found.values() for it in own]
    checks = [
        *(_of(it, judged[it.component], counts[it.component], asked) for it in subjects),
        _unseen([it for _, it in read], documents, answers),
        databases.judge(looked_through, rules.max_age_days, now),
        policy.exceptions(everything, rules, now.date()),
    ]
    return Report(title, tuple(checks), "\n".join(_refused(judged)))


async def ask(
    context: Context, documents: Sequence[Contents], rules: Scan
) -> tuple[list[Answer], list[Database]]:
    """Have osv-scanner look for packages; where there are none, it has only to be there.

    Raises:
        ToolError: where it is not, or nothing could be looked for.
    """
    step = osv.step(documents, rules.database)
    said = require_success(await context.shell.run(step), "the scan").stdout
    return osv.parse(said, documents, rules.database)


def _of(
    subject: Subject, judged: Judged, count: int, asked: Sequence[tuple[Subject, Contents]]
) -> Check:
    if count:
        return policy.of_image(subject.component, subject.image, judged, count)
    name = f"{subject.component}: packages"
    if any(whose is subject for whose, _ in asked):
        return Check.failed(name, "osv-scanner looked at none of them", "todo-ci scan again")
    return Check.skipped(name, "its SBOM lists no package that can be asked about")


def _unseen(
    read: Sequence[Contents], documents: Sequence[Contents], answers: Sequence[Answer]
) -> Check:
    """Say what nobody looked at: it is not known to be safe."""
    missed: dict[str, set[str]] = {}
    for contents in read:
        for reason, names in contents.unseen.items():
            missed.setdefault(reason, set()).update(names)
    for contents, answer in zip(documents, answers, strict=True):
        lost = {it for it in contents.packages if (it.name, it.version) not in answer.seen}
        if lost:
            names = {f"{it.name} {it.version}" for it in lost}
            missed.setdefault("that osv-scanner passed over", set()).update(names)
    if not missed:
        return Check.passed("not looked at", "nothing: each package was asked about")
    parts = (f"{len(names)} {reason}: {_some(sorted(names))}" for reason, names in missed.items())
    return Check.skipped("not looked at", "; ".join(parts))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _refused(judged: Mapping[str, Judged]) -> Iterator[str]:
    for component, it in judged.items():
        yield from (f"{component}: {finding}" for finding in it.refused)
