"""What was signed is asked for with the real cosign: the wrong images are refused by name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
from msgspec.structs import replace as with_table

import registry_writer
from todo_ci.adapters.host.shell import HostShell
from todo_ci.attestation import admission, cosign, signing
from todo_ci.attestation.asking import Place, read
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result, Shell, Step
from todo_ci.errors import InputError, ToolError
from todo_ci.project import current
from todo_ci.project.signing import Signing
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout.request import DeployRequest
from verdicts import COMMIT, KeyPair, judge, requiring

pytestmark = pytest.mark.lab
MakeContext = Callable[..., Context]


async def test_a_signed_image_is_taken_and_any_other_is_refused_by_name(
    ours: Context, theirs: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    asking = requiring(ours, signature=True)
    login = (request_.registry, request_.username)
    with pytest.raises(InputError, match=r"todo-backend@sha256:\w{12}… is not signed") as refused:
        await admission.require(asking, pushed, request_, before="local")
    assert refused.value.next_step == "todo-ci deploy --env local, with --signing-key"
    await signing.sign(theirs, pushed, *login)
    with pytest.raises(InputError, match=r"todo-backend@.* is not signed by the key"):
        await admission.require(asking, pushed, request_)
    # A statement about an image is no signature of who made it.
    await judge(ours, pushed, request_, passed=True)
    with pytest.raises(InputError, match="is not signed"):
        await admission.require(asking, pushed, request_)
    await signing.sign(ours, pushed, *login)
    assert await admission.require(asking, pushed, request_) is None


async def test_what_is_signed_is_not_signed_again(
    ours: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    images, login = [*pushed.components.values()], (request_.registry, request_.username)
    place = Place(cosign.SIGNATURE, *login)
    for found in (0, 1, 1):
        signed = await read(ours, images, place)
        assert [len(signed[it]) for it in images] == [found, found]
        await signing.sign(ours, pushed, *login)


async def test_what_passed_before_is_taken_and_nothing_else(
    ours: Context,
    theirs: Context,
    keys: tuple[KeyPair, KeyPair],
    pushed: ImageRefs,
    request_: DeployRequest,
    sources: Path,
) -> None:
    asking = requiring(ours, verdict=True)
    with pytest.raises(InputError, match=r"has no signed verdict of local: it was never verified"):
        await admission.require(asking, pushed, request_)
    own = current.project()
    current.use(with_table(own, signing=Signing(public_key=keys[1].public)))
    await judge(theirs, pushed, request_, passed=True)
    current.use(own)
    with pytest.raises(InputError, match="has no signed verdict of local"):
        await admission.require(asking, pushed, request_)
    start = datetime.now(UTC).replace(microsecond=0)
    await judge(ours, pushed, request_, passed=True)
    found = await admission.require(asking, pushed, request_)
    assert found is not None
    assert (found.commit, found.revision, found.images) == (COMMIT, 3, dict(pushed.components))
    assert found.at >= start
    with pytest.raises(InputError, match="has to soak for 60 minutes"):
        await admission.require(requiring(ours, verdict=True, soak_minutes=60), pushed, request_)
    with pytest.raises(InputError, match="has no signed verdict of staging"):
        await admission.require(asking, pushed, request_, before="staging")
    chart = sources / "infra/helm/todo-app/values.yaml"
    chart.write_text("replicas: 3\n")
    if isinstance(asking.shell, HostShell):  # an engine took the folder as it was
        with pytest.raises(InputError, match="chart of this tree is not the one that passed"):
            await admission.require(asking, pushed, request_)
    chart.unlink()


async def test_the_newest_verdict_counts(
    ours: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    asking = requiring(ours, verdict=True)
    await judge(ours, pushed, request_, passed=True)
    # What is told has seconds.
    await anyio.sleep(1.1)
    await judge(ours, pushed, request_, passed=False)
    with pytest.raises(InputError, match=r"failed in local, as revision 3 .*: gateway"):
        await admission.require(asking, pushed, request_)


@dataclass
class Losing:
    """A shell whose first statement is lost, as by another writer who had read the list before."""

    inner: Shell
    lose: Callable[[], None]
    is_lost: bool = False

    async def run(self, step: Step) -> Result:
        result = await self.inner.run(step)
        if '"attest"' in step.stdin and not self.is_lost:
            self.is_lost = True
            self.lose()
        return result


async def test_a_verdict_that_was_lost_is_written_again(
    ours: Context, pushed: ImageRefs, request_: DeployRequest, registry: Any
) -> None:
    def lose() -> None:
        registry_writer.forget_statements(registry, pushed["frontend"])

    shell = Losing(ours.shell, lose)
    await judge(replace(ours, shell=shell), pushed, request_, passed=True)
    assert shell.is_lost
    assert await admission.require(requiring(ours, verdict=True), pushed, request_) is not None


async def test_an_outage_outside_says_nothing_about_the_images(
    ours: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    await judge(ours, pushed, request_, passed=True)
    failed = Check.failed("gateway", "502", "look")
    result = ReleaseResult.judged(
        "deploy", "local", 4, [failed], commit=COMMIT, url="", serving=4, images=pushed
    )
    done = await signing.publish_verdict(ours, replace(result, is_judged=False), request_)
    assert done.report.checks[-1].status is CheckStatus.SKIPPED
    asking = requiring(ours, verdict=True)
    assert await admission.require(asking, pushed, request_) is not None


async def test_a_statement_that_was_changed_counts_as_none(
    ours: Context, pushed: ImageRefs, request_: DeployRequest, registry: Any
) -> None:
    await judge(ours, pushed, request_, passed=False)
    for image in pushed.components.values():
        registry_writer.turn_verdicts(registry, image, old="FAILED", new="PASSED")
    with pytest.raises(InputError, match="has no signed verdict of local"):
        await admission.require(requiring(ours, verdict=True), pushed, request_)


async def test_a_registry_that_does_not_answer_is_not_taken_for_unsigned(
    ours: Context, pushed: ImageRefs, request_: DeployRequest, free_address: Callable[[], str]
) -> None:
    nowhere = free_address()
    gone = ImageRefs(
        {name: f"{nowhere}/{ref.partition('/')[2]}" for name, ref in pushed.components.items()}
    )
    asking = requiring(ours, signature=True)
    with pytest.raises(ToolError, match=f"cannot look for signatures of {nowhere}") as failed:
        await admission.require(asking, gone, request_)
    assert f"--registry {nowhere}/" in failed.value.next_step, "the login is for another one"
    nobody = replace(request_, username="")
    with pytest.raises(ToolError, match="UNAUTHORIZED") as failed:
        await admission.require(asking, pushed, nobody)
    assert f"{request_.registry.partition('/')[0]} is up" in failed.value.next_step
    # Nor is it signed as if it were new.
    with pytest.raises(ToolError, match=f"cannot look for signatures of {nowhere}"):
        await signing.sign(ours, gone, nowhere, request_.username)


async def test_a_verdict_that_cannot_be_published_fails_the_call_and_not_the_release(
    ours: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    result = ReleaseResult.judged(
        "deploy", "local", 3, [Check.passed("rollout")], commit=COMMIT, url="", serving=3,
        images=pushed,
    )  # fmt: skip
    nobody = replace(request_, username="")
    done = await signing.publish_verdict(ours, result, nobody)
    assert (done.passed, done.verdict) == (False, CheckStatus.PASSED)
    assert "revision 3 passed" in done.headline
    assert "its verdict could not be published" in done.headline


async def test_the_key_is_looked_at_before_anything_is_done(
    ours: Context, theirs: Context, make_context: MakeContext, keys: tuple[KeyPair, KeyPair]
) -> None:
    await signing.require_signer(ours)
    with pytest.raises(InputError, match=r"not the other half of signing\.public-key"):
        await signing.require_signer(theirs)
    closed = make_context({**keys[0].secrets, "signing-password": "another"})
    with pytest.raises(InputError, match="decryption failed") as refused:
        await signing.require_signer(closed)
    assert "another" not in str(refused.value)
    with pytest.raises(InputError, match="cannot use --signing-key"):
        await signing.require_signer(make_context({"signing-key": "no key"}))


async def test_who_has_no_key_signs_nothing(
    context: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    await signing.require_signer(context)
    await signing.sign(context, pushed, request_.registry, request_.username)
    result = ReleaseResult.judged(
        "deploy", "local", 3, [Check.passed("rollout")], commit=COMMIT, url="", serving=3,
        images=pushed,
    )  # fmt: skip
    assert await signing.publish_verdict(context, result, request_) is result


async def test_where_a_key_is_named_and_none_given_the_result_says_so(
    ours: Context, make_context: MakeContext, pushed: ImageRefs, request_: DeployRequest
) -> None:
    result = ReleaseResult.judged(
        "deploy", "local", 3, [Check.passed("rollout")], commit=COMMIT, url="", serving=3,
        images=pushed,
    )  # fmt: skip
    done = await signing.publish_verdict(make_context(), result, request_)
    last = done.report.checks[-1]
    assert (done.passed, last.name, last.status) == (True, "signed verdict", CheckStatus.SKIPPED)
    assert "no --signing-key was given" in last.evidence
