"""Ask for what an environment requires of images, before anything of it is changed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from todo_ci.attestation import asking, cosign, policy, sbom, scanning, signer, verdict
from todo_ci.attestation.asking import Place
from todo_ci.attestation.signing import digest_of_chart
from todo_ci.attestation.verdict import Verdict
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, shorten
from todo_ci.core.secret_names import signs
from todo_ci.errors import InputError
from todo_ci.rollout.request import DeployRequest


async def require(
    context: Context,
    images: ImageRefs,
    request: DeployRequest,
    *,
    before: str = "",
    commit: str = "",
) -> Verdict | None:
    """Refuse images that lack what their environment asks for.

    Args:
        context: the ports and the target.
        images: what is to be released.
        request: the rest of it.
        before: an environment that they must have passed in, whatever the target asks for.
        commit: whose tag they have, where they were named by one.

    Returns:
        The newest verdict on them, or on them as that commit, where one was asked for.

    Raises:
        InputError: naming the image and what it lacks.
        ToolError: where that could not be looked at.
    """
    target = context.target
    policy.require_thawed(target, datetime.now(UTC))
    before = before or (target.after if target.requires.verdict else "")
    if target.requires.signature:
        await _require_signatures(context, images, request, before)
    told: Mapping[str, Sequence[str]] = {}
    if target.requires.sbom:
        told = await _require_sboms(context, images, request, before)
    found = await _require_verdict(context, images, request, before, commit) if before else None
    if target.requires.scan:
        await scanning.require(context, images, told)
    return found


async def _require_verdict(
    context: Context, images: ImageRefs, request: DeployRequest, before: str, commit: str
) -> Verdict:
    """Refuse images and a chart that did not pass in another environment, long enough ago."""
    context.say(f"verdict: what {before} found about these images")
    refs = list(images.components.values())
    place = Place(verdict.TYPE, request.registry, request.username)
    soak = timedelta(minutes=context.target.requires.soak_minutes)
    now = datetime.now(UTC)
    found: list[Verdict] = []
    for ref, stated in (await asking.read(context, refs, place)).items():
        signed = [*filter(None, map(verdict.read, stated))]
        found.append(
            policy.require_verdict(
                ref, signed, images, before=before, soak=soak, now=now, commit=commit
            )
        )
    policy.require_chart(found[0], await digest_of_chart(context))
    return found[0]


async def _require_signatures(
    context: Context, images: ImageRefs, request: DeployRequest, before: str
) -> None:
    context.say("signature: who made these images")
    refs = list(images.components.values())
    place = Place(cosign.SIGNATURE, request.registry, request.username)
    for ref, answer in zip(refs, await asking.ask(context, refs, place), strict=True):
        if answer.exit:
            raise InputError(
                f"{shorten(ref)} is not signed by {signer.named()}: {cosign.refusal(answer)}",
                accepted=f"images that were published with {signs()}",
                next_step=f"todo-ci deploy --env {before}, with {signs()}"
                if before
                else f"todo-ci publish, with {signs()}",
            )


async def _require_sboms(
    context: Context, images: ImageRefs, request: DeployRequest, before: str
) -> Mapping[str, Sequence[str]]:
    context.say("sbom: what is in these images")
    told = await scanning.signed(context, images, request.registry, request.username)
    for component, ref in images.components.items():
        listed = sbom.platforms(told[component])
        policy.require_sboms(ref, listed, context.target, before=before)
    return told
