"""Ask for what an environment requires of images, before anything of it is changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from todo_ci.attestation import cosign, key, policy, sbom, verdict
from todo_ci.attestation.cosign import Answer, Call
from todo_ci.attestation.signing import digest_of_chart
from todo_ci.attestation.verdict import Verdict
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, shorten
from todo_ci.errors import InputError, ToolError
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
    if target.requires.sbom:
        await _require_sboms(context, images, request, before)
    return await _require_verdict(context, images, request, before, commit) if before else None


async def _require_verdict(
    context: Context, images: ImageRefs, request: DeployRequest, before: str, commit: str
) -> Verdict:
    """Refuse images and a chart that did not pass in another environment, long enough ago."""
    context.say(f"verdict: what {before} found about these images")
    refs = list(images.components.values())
    calls = [cosign.verify_attestation(context.target, ref, verdict.TYPE) for ref in refs]
    soak = timedelta(minutes=context.target.requires.soak_minutes)
    now = datetime.now(UTC)
    found: list[Verdict] = []
    for ref, answer in zip(refs, await _verify(context, refs, calls, request), strict=True):
        signed = [*filter(None, map(verdict.read, cosign.statements(answer.stdout)))]
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
    kind = cosign.SIGNATURE
    calls = [cosign.verify_attestation(context.target, ref, kind) for ref in refs]
    for ref, answer in zip(refs, await _verify(context, refs, calls, request), strict=True):
        if answer.exit:
            raise InputError(
                f"{shorten(ref)} is not signed by the key of release.toml: {answer.said}",
                accepted="images that were published with --signing-key",
                next_step=f"todo-ci deploy --env {before}, with --signing-key"
                if before
                else "todo-ci publish, with --signing-key",
            )


async def _require_sboms(
    context: Context, images: ImageRefs, request: DeployRequest, before: str
) -> None:
    context.say("sbom: what is in these images")
    refs = list(images.components.values())
    calls = [cosign.verify_attestation(context.target, ref, sbom.TYPE) for ref in refs]
    for ref, answer in zip(refs, await _verify(context, refs, calls, request), strict=True):
        listed = sbom.platforms(cosign.statements(answer.stdout))
        policy.require_sboms(ref, listed, context.target, before=before)


async def _verify(
    context: Context, refs: Sequence[str], calls: Sequence[Call], request: DeployRequest
) -> list[Answer]:
    """Ask for signatures, and tell what is not signed from what could not be looked at."""
    step = cosign.step(
        calls,
        registry=request.registry,
        username=request.username,
        files={cosign.PUBLIC: key.public_half()},
    )
    answers = await key.ask(context, step)
    if broken := next(filter(cosign.is_unusable_key, answers), None):
        raise InputError(
            f"cosign cannot use signing.public-key of release.toml: {broken.said}",
            accepted="the whole text of cosign.pub, with its lines as they are",
            next_step="cosign public-key --key cosign.key prints it",
        )
    for ref, answer in zip(refs, answers, strict=True):
        if answer.exit and not cosign.is_refusal(answer):
            raise ToolError(
                f"cannot look for signatures of {shorten(ref)}: {answer.said}",
                next_step=_way_to(ref.partition("/")[0], request.registry.partition("/")[0]),
            )
    return answers


def _way_to(host: str, login: str) -> str:
    """Say what to look at where a registry gave no answer."""
    if host != login:
        return f"the login is for {login} alone: name the images' own registry, --registry {host}/…"
    return (
        f"check that {host} is up and that --registry-username and --registry-password are right "
        "for it"
    )
