"""Sign what was made, and what came of it."""

from dataclasses import replace
from datetime import UTC, datetime

from todo_ci.attestation import cosign, key, statements, verdict
from todo_ci.attestation.statements import Place, Statement
from todo_ci.components import chart
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, shorten
from todo_ci.core.steps import require_success
from todo_ci.errors import InputError, ToolError
from todo_ci.project.current import project
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check
from todo_ci.rollout.request import DeployRequest

CHECK = "signed verdict"


async def require_key(context: Context) -> None:
    """Refuse a key that the environments would not know, before anything is done.

    Raises:
        InputError: where it is not the other half of the one in ``release.toml``, or where its
            password alone was given.
    """
    if not key.is_given(context):
        if cosign.KEY_PASSWORD.name in context.secrets:
            raise InputError(
                "--signing-password was given, and no --signing-key: nothing would be signed",
                accepted="both, or neither",
                next_step="add --signing-key file:cosign.key",
            )
        return
    known = key.public_half()
    (answer,) = await key.ask(
        context, cosign.step([cosign.public_key()], secrets=key.uses(context))
    )
    if answer.exit:
        raise InputError(
            f"cosign cannot use --signing-key: {answer.said}",
            accepted="what cosign generate-key-pair wrote into cosign.key, and its password",
            next_step="check --signing-key, and --signing-password where the key has one",
        )
    if answer.stdout.split() != known.split():
        raise InputError(
            "--signing-key is not the other half of signing.public-key in release.toml",
            accepted="the key whose cosign.pub stands there",
            next_step="give that key, or put the public half of this one into release.toml",
        )


async def sign(context: Context, refs: ImageRefs, registry: str, username: str) -> None:
    """Sign images and chart by digest, where a key was given; what it signed before, it did.

    Raises:
        ToolError: naming what could not be signed.
    """
    if not key.is_given(context):
        return
    place = Place(cosign.SIGNATURE, registry, username)
    pushed = [*refs.components.values(), *filter(None, (refs.chart,))]
    there = await statements.read(context, pushed, place)
    artifacts = [it for it in pushed if not there[it]]
    if not artifacts:
        return
    context.say("sign: the images and the chart, by digest")
    calls = [cosign.sign(context.target, it) for it in artifacts]
    step = cosign.step(calls, registry=registry, username=username, secrets=key.uses(context))
    for artifact, answer in zip(artifacts, await key.ask(context, step), strict=True):
        if answer.exit:
            raise ToolError(
                f"{shorten(artifact)} was pushed and could not be signed: {answer.said}",
                next_step="todo-ci publish again",
            )


async def publish_verdict(
    context: Context, result: ReleaseResult, request: DeployRequest
) -> ReleaseResult:
    """Sign what came of a release, and put it beside its images, where a key was given.

    The release stands either way: it was judged, and only nobody elsewhere hears of it.
    """
    if project().signing is None or result.images is None or not result.revision:
        return result
    if not key.is_given(context):
        why = "no --signing-key was given: an environment behind this one hears nothing of it"
        return _with_check(result, Check.skipped(CHECK, why))
    if not result.is_judged:
        why = "what failed is outside of these images, and says nothing about them"
        return _with_check(result, Check.skipped(CHECK, why))
    context.say("sign: the verdict, for whoever releases these images next")
    images = list(result.images.components.values())
    try:
        digest, now = await digest_of_chart(context), datetime.now(UTC)
        stated = verdict.predicate(result, chart=digest, by=context.caller, at=now)
        place = Place(verdict.TYPE, request.registry, request.username)
        wanted = [Statement(image, stated) for image in images]
        trouble = await statements.publish(context, wanted, place)
    except ToolError as error:
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
