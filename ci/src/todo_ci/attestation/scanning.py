"""Scan images by the SBOMs that are signed about them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from msgspec.structs import replace as with_changes

from todo_ci.attestation import asking, policy, sbom
from todo_ci.attestation.asking import Place
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.secret_names import signs
from todo_ci.errors import InputError
from todo_ci.project.current import project
from todo_ci.reports.report import Check, CheckStatus, Report
from todo_ci.scan.run import Subject, ask, scan


async def require_scanner(context: Context) -> None:
    """Refuse a machine that cannot scan what its environment wants scanned, before any is built.

    Raises:
        ToolError: naming what is not there.
    """
    if context.target.requires.scan:
        await ask(context, (), project().scan)


async def signed(
    context: Context, images: ImageRefs, registry: str, username: str
) -> Mapping[str, Sequence[str]]:
    """Return the statements that are SBOMs of images, by component.

    Raises:
        ToolError: where that could not be looked at.
    """
    refs = list(images.components.values())
    told = await asking.read(context, refs, Place(sbom.TYPE, registry, username))
    return {name: told[ref] for name, ref in images.components.items()}


async def report(
    context: Context, images: ImageRefs, told: Mapping[str, Sequence[str]], database: str = ""
) -> Report:
    """Scan images and judge them by the policy of ``release.toml``.

    An image of which a platform has no SBOM fails, and the others are looked at.

    Args:
        context: the ports and the target.
        images: what is looked at.
        told: the statements about each component's image.
        database: where the advisories are; empty for the policy's own.

    Raises:
        ToolError: where nothing could be looked for.
    """
    subjects: list[Subject] = []
    without: list[Check] = []
    for component, image in images.components.items():
        try:
            listed = sbom.platforms(told[component])
            policy.require_sboms(image, listed, context.target, before="")
        except InputError as error:
            without.append(Check.of_error(f"{component}: packages", error))
            continue
        subjects.append(Subject(component, image, tuple(sbom.documents(told[component]))))
    title = f"scan for {context.target.environment}"
    if not subjects:
        return Report(title, tuple(without))
    rules = project().scan
    if database:
        rules = with_changes(rules, database=database)
    _require_reachable(context, rules.database)
    found = await scan(context, subjects, rules, title)
    return replace(found, checks=(*without, *found.checks))


def _require_reachable(context: Context, database: str) -> None:
    if context.steps_outlive and database.startswith("file:"):
        raise InputError(
            f"{database} is a folder of each container itself, where no advisories are",
            accepted="https://HOST/PATH or http://HOST/PATH, for an engine",
            next_step="serve that folder, or leave it out for what OSV exports",
        )


async def require(context: Context, images: ImageRefs, told: Mapping[str, Sequence[str]]) -> None:
    """Refuse images in which a scan finds what the policy does not take.

    Raises:
        InputError: naming the image and what was found.
        ToolError: where nothing could be looked for.
    """
    found = await report(context, images, told)
    for check in found.checks:
        if check.status is not CheckStatus.PASSED:
            context.say(f"scan: {check.name}: {check.evidence}")
    if found.passed:
        return
    failed = [check for check in found.checks if check.status is CheckStatus.FAILED]
    raise InputError(
        "; ".join(check.evidence for check in failed)
        or "the SBOMs of these images list nothing that anybody could be asked about",
        accepted=f"images without findings that are {project().scan.refuse} or worse, as [scan] of "
        "release.toml has it",
        next_step=failed[0].next_step if failed else f"todo-ci publish again, with {signs()}",
    )
