"""Sign what was made, and what came of it."""

from dataclasses import replace
from datetime import UTC, datetime

from todo_ci.attestation import asking, calling, cosign, signer, statements, token, verdict
from todo_ci.attestation.asking import Place
from todo_ci.attestation.signer import Identity, Key
from todo_ci.attestation.statements import Statement
from todo_ci.components import chart
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, shorten
from todo_ci.core.secret_names import SIGNING_KEY, SIGNING_PASSWORD, signs
from todo_ci.core.steps import require_success
from todo_ci.errors import InputError, PipelineError, ToolError
from todo_ci.project.current import project
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check
from todo_ci.rollout.request import DeployRequest

CHECK = "signed verdict"
_NEXT = {
    "--signing-key": "add --signing-key file:cosign.key",
    "--identity-token": "give --identity-token in its place, as release.toml names an identity",
}


async def require_signer(context: Context) -> None:
    """Refuse what would sign and the environments would not know, before anything is done.

    Raises:
        InputError: for a key that is not the other half of the one in ``release.toml``, or its
            password alone; for a key or a token where the file asks for the other; for a token of
            another identity, or one that is over.
    """
    if not calling.is_given(context):
        _require_nothing_else(context)
        return
    match signer.named():
        case Key(public) as who:
            await _require_key(context, who, public)
        case Identity() as who:
            await token.require(context, who)


def _require_nothing_else(context: Context) -> None:
    """Refuse what cannot sign; a token is left unused, for a job on GitHub has one anyway."""
    if SIGNING_KEY in context.secrets:
        raise InputError(
            "--signing-key was given, and release.toml names an identity: nothing would be signed",
            accepted=signs(),
            next_step=f"give {signs()}, or name public-key in place of identity in release.toml",
        )
    if SIGNING_PASSWORD in context.secrets:
        raise InputError(
            f"--signing-password was given, and no {signs()}: nothing would be signed",
            accepted="a password beside the key that it is of, or neither",
            next_step=_NEXT[signs()],
        )


async def _require_key(context: Context, who: Key, public: str) -> None:
    step = cosign.step(who, [cosign.public_key()], secrets=calling.uses(context))
    (answer,) = await calling.ask(context, step)
    if answer.exit:
        raise InputError(
            f"cosign cannot use --signing-key: {answer.said}",
            accepted="what cosign generate-key-pair wrote into cosign.key, and its password",
            next_step="check --signing-key, and --signing-password where the key has one",
        )
    if answer.stdout.split() != public.split():
        raise InputError(
            "--signing-key is not the other half of signing.public-key in release.toml",
            accepted="the key whose cosign.pub stands there",
            next_step="give that key, or put the public half of this one into release.toml",
        )


async def _require_valid_still(context: Context) -> None:
    """Refuse a token that ended while images were built, or a release went on."""
    if isinstance(who := signer.named(), Identity):
        await token.require(context, who)


async def sign(context: Context, refs: ImageRefs, registry: str, username: str) -> None:
    """Sign images and chart by digest, where a call can sign; what was signed before, is.

    Raises:
        InputError: for a token that is over.
        ToolError: naming what could not be signed.
    """
    if not calling.is_given(context):
        return
    place = Place(cosign.SIGNATURE, registry, username)
    pushed = [*refs.components.values(), *filter(None, (refs.chart,))]
    there = await asking.read(context, pushed, place)
    artifacts = [it for it in pushed if not there[it]]
    if not artifacts:
        return
    context.say("sign: the images and the chart, by digest")
    await _require_valid_still(context)
    who, secrets = signer.named(), calling.uses(context)
    calls = [cosign.sign(who, context.target, it) for it in artifacts]
    step = cosign.step(who, calls, registry=registry, username=username, secrets=secrets)
    for artifact, answer in zip(artifacts, await calling.ask(context, step), strict=True):
        if answer.exit:
            raise ToolError(
                f"{shorten(artifact)} was pushed and could not be signed: {answer.said}",
                next_step="todo-ci publish again",
            )


async def publish_verdict(
    context: Context, result: ReleaseResult, request: DeployRequest
) -> ReleaseResult:
    """Sign what came of a release, and put it beside its images, where a call can sign.

    The release stands either way: it was judged, and only nobody elsewhere hears of it.
    """
    if project().signing is None or result.images is None or not result.revision:
        return result
    if not calling.is_given(context):
        why = f"no {signs()} was given: an environment behind this one hears nothing of it"
        return _with_check(result, Check.skipped(CHECK, why))
    if not result.is_judged:
        why = "what failed is outside of these images, and says nothing about them"
        return _with_check(result, Check.skipped(CHECK, why))
    context.say("sign: the verdict, for whoever releases these images next")
    images = list(result.images.components.values())
    try:
        await _require_valid_still(context)
        digest, now = await digest_of_chart(context), datetime.now(UTC)
        stated = verdict.predicate(result, chart=digest, by=context.caller, at=now)
        place = Place(verdict.TYPE, request.registry, request.username)
        wanted = [Statement(image, stated) for image in images]
        trouble = await statements.publish(context, wanted, place)
    except PipelineError as error:
        trouble = error.problem
    if trouble:
        failed = Check.failed(CHECK, trouble, "todo-ci deploy again")
        return replace(_with_check(result, failed), is_told=False)
    found = f"{'passed' if result.passed else 'failed'}, beside {len(images)} images"
    return _with_check(result, Check.passed(CHECK, found))


def _with_check(result: ReleaseResult, check: Check) -> ReleaseResult:
    report = result.report
    return replace(result, report=replace(report, checks=(*report.checks, check)))


async def digest_of_chart(context: Context) -> str:
    """Return one digest of all files of the chart."""
    result = await context.shell.run(chart.digest())
    return require_success(result, "reading the chart").stdout.strip()
