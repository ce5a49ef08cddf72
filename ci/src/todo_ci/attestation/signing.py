"""Sign what was made, and what came of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from todo_ci.attestation import cosign, verdict
from todo_ci.attestation.cosign import Answer
from todo_ci.components import chart
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs, shorten
from todo_ci.core.ports import Step
from todo_ci.core.steps import require_success
from todo_ci.errors import InputError, ToolError
from todo_ci.project.current import project
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check
from todo_ci.rollout.request import DeployRequest

CHECK = "signed verdict"
_TRIES = 5


async def require_key(context: Context) -> None:
    """Refuse a key that the environments would not know, before anything is done.

    Raises:
        InputError: where it is not the other half of the one in ``release.toml``.
    """
    if not _is_signing(context):
        return
    known = public_key()
    (answer,) = await ask(context, cosign.step([cosign.public_key()], secrets=_key(context)))
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
    """Sign images and chart by digest, where a key was given.

    Raises:
        ToolError: naming what could not be signed.
    """
    if not _is_signing(context):
        return
    context.say("sign: the images and the chart, by digest")
    artifacts = [*refs.components.values(), *filter(None, (refs.chart,))]
    calls = [cosign.sign(context.target, it) for it in artifacts]
    step = cosign.step(calls, registry=registry, username=username, secrets=_key(context))
    for artifact, answer in zip(artifacts, await ask(context, step), strict=True):
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
    if not _is_signing(context):
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
        trouble = await _tell(context, images, stated, request)
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


async def _tell(
    context: Context, images: Sequence[str], stated: Mapping[str, Any], request: DeployRequest
) -> str:
    """Put a statement beside images, and return why it is not there; empty where it is.

    A registry without an API for it has one list of all that is said about an image, which cosign
    reads and writes again: of two that write at once, one is lost. So it is looked for afterwards.
    """
    telling = cosign.step(
        [cosign.attest(context.target, image, verdict.TYPE) for image in images],
        secrets=_key(context),
        files={cosign.PREDICATE: json.dumps(stated)},
        registry=request.registry,
        username=request.username,
    )
    looking = cosign.step(
        [cosign.verify_attestation(context.target, image, verdict.TYPE) for image in images],
        files={cosign.PUBLIC: public_key()},
        registry=request.registry,
        username=request.username,
    )
    for _ in range(_TRIES):
        for answer in await ask(context, telling):
            if answer.exit:
                return answer.said
        there = [cosign.statements(answer.stdout) for answer in await ask(context, looking)]
        if all(any(verdict.states(one, stated) for one in about) for about in there):
            return ""
    return "somebody else goes on writing about the same images"


async def digest_of_chart(context: Context) -> str:
    """Return one digest of all files of the chart."""
    result = await context.shell.run(chart.digest())
    return require_success(result, "reading the chart").stdout.strip()


async def ask(context: Context, step: Step) -> list[Answer]:
    """Run calls of cosign.

    Raises:
        ToolError: where none was run.
    """
    answers = cosign.parse(require_success(await context.shell.run(step), "cosign").stdout)
    if any(answer.is_absent for answer in answers):
        raise ToolError(
            "there is no cosign on PATH: nothing can be signed or asked for without it",
            next_step="install cosign 3, then the same command again",
        )
    return answers


def public_key() -> str:
    """Return the key of ``release.toml``.

    Raises:
        InputError: where it names none.
    """
    signing = project().signing
    if signing is None:
        raise InputError(
            "release.toml names no key that signs",
            accepted="a table [signing] with public-key",
            next_step="put the text of cosign.pub there",
        )
    # As PEM wants it, however far the file indents it.
    return "".join(f"{line.strip()}\n" for line in signing.public_key.strip().splitlines())


def _is_signing(context: Context) -> bool:
    return cosign.KEY.name in context.secrets


def _key(context: Context) -> tuple[cosign.SecretUse, ...]:
    known = (cosign.KEY, cosign.KEY_PASSWORD)
    return tuple(use for use in known if use.name in context.secrets)
