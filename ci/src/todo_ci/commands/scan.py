"""Look for what is known to be unsafe in images, by the SBOMs that are signed about them."""

import msgspec

from todo_ci.attestation import scanning
from todo_ci.commands.publish import accepted_images
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.secret_names import REGISTRY_PASSWORD
from todo_ci.errors import InputError
from todo_ci.preflight import access
from todo_ci.project.current import release_name
from todo_ci.project.fields import AdvisoryDatabase
from todo_ci.release import history
from todo_ci.reports.report import Report
from todo_ci.rollout import standing


async def scan(
    context: Context, *, images: ImageRefs | None, registry: str, username: str, database: str
) -> Report:
    """Scan images and judge them by the policy of ``release.toml``, whether or not it is required.

    Args:
        context: the ports and the target.
        images: what is looked at; None for the images that serve.
        registry: ``host[:port][/path]`` of the images, which the login is for.
        username: of that registry; empty asks without a login.
        database: where the advisories are; empty for those of ``release.toml``.

    Raises:
        InputError: for an address that is none, or without images where nothing serves.
        ToolError: where nothing could be looked for.
    """
    _require_address(database)
    if username:
        context.need(REGISTRY_PASSWORD)
    taken = images or await _serving(context)
    context.say("sbom: what is in these images")
    told = await scanning.signed(context, taken, registry, username)
    return await scanning.report(context, taken, told, database)


def _require_address(database: str) -> None:
    try:
        msgspec.convert(database or "file:///any", AdvisoryDatabase)
    except msgspec.ValidationError:
        raise InputError(
            f"--database {database!r} is no address of advisories",
            accepted="https://HOST/PATH or file:///FOLDER, below which are ECOSYSTEM/all.zip",
            next_step="leave it out for scan.database of release.toml",
        ) from None


async def _serving(context: Context) -> ImageRefs:
    await access.preflight(context)
    past = await history.load(context)
    now = await standing.read(context, past.serving or past.latest)
    if now.images is None:
        raise InputError(
            f"{release_name()} has no images by digest yet, so there is nothing to scan",
            accepted=accepted_images(),
            next_step="todo-ci publish --format json prints what --images takes",
        )
    return now.images
