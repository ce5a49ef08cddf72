"""Whom an issuer vouches for signs without a key: by Sigstore's own servers and the real cosign."""

import os
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as with_table

from engines import ENGINE_REGISTRY
from own_sigstore.issuer import BEARER, IDENTITY
from own_sigstore.servers import Sigstore, needs_sigstore, running
from todo_ci.attestation import admission, cosign, signing
from todo_ci.attestation.asking import Place, read
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result, Shell, Step
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.model import Project
from todo_ci.project.signing import Signing
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout.request import DeployRequest
from verdicts import KeyPair, judge, requiring

pytestmark = [pytest.mark.lab, needs_sigstore]
MakeContext = Callable[..., Context]
FOLDER = "infra/sigstore"
OTHER = "octo/app/.github/workflows/other.yml@refs/heads/main"


@pytest.fixture(scope="session")
def sigstore(tmp_path_factory: pytest.TempPathFactory) -> Generator[Sigstore]:
    # Where the containers of an engine reach it too.
    host = os.environ.get(ENGINE_REGISTRY, "127.0.0.1:").partition(":")[0]
    with running(tmp_path_factory.mktemp("sigstore"), host) as made:
        yield made


@pytest.fixture
def folder(sigstore: Sigstore, sources: Path) -> Path:
    """Put its folder into the repository."""
    return shutil.copytree(sigstore.folder, sources / FOLDER)


# Asynchronous as in conftest.py, for it sets the app.
@pytest.fixture
async def keyless(
    make_context: MakeContext, sigstore: Sigstore, folder: Path
) -> AsyncGenerator[Callable[..., Context]]:
    """Make pipelines of a release.toml that names an identity, each with the token it is given."""
    before = current.project()
    signing_ = Signing(identity=IDENTITY, issuer=sigstore.issuer.url, sigstore=FOLDER)
    current.use(with_table(before, signing=signing_))

    def make(token: str = "", **further: str) -> Context:
        given = {"identity-token": token} if token else {}
        return make_context({**given, **further})

    yield make
    current.use(before)


def naming(project: Project, **changed: Any) -> None:
    """Let release.toml name somebody else who signs."""
    current.use(with_table(project, signing=with_table(project.signing or Signing(), **changed)))


@dataclass
class Seen:
    """A shell that keeps what its steps are given and say, but for their secrets."""

    inner: Shell
    said: str = ""

    async def run(self, step: Step) -> Result:
        result = await self.inner.run(step)
        self.said += f"{step.argv} {step.env} {step.files} {step.stdin}"
        self.said += f"{result.stdout} {result.stderr}"
        return result


async def test_a_workflow_signs_images_and_verdicts_and_is_known_again(
    keyless: Callable[..., Context],
    sigstore: Sigstore,
    pushed: ImageRefs,
    request_: DeployRequest,
) -> None:
    signer = keyless(sigstore.issuer.of_a_job)
    seen = Seen(signer.shell)
    signer = replace(signer, shell=seen)
    await signing.require_signer(signer)
    await signing.sign(signer, pushed, request_.registry, request_.username)
    await judge(signer, pushed, request_, passed=True)
    # Who asks has no token.
    asking = requiring(keyless(), signature=True, verdict=True)
    found = await admission.require(asking, pushed, request_)
    assert found is not None
    assert found.passed
    # What was signed is not signed again.
    await signing.sign(signer, pushed, request_.registry, request_.username)
    images = [*pushed.components.values()]
    place = Place(cosign.SIGNATURE, request_.registry, request_.username)
    signed = await read(asking, images, place)
    assert [len(signed[it]) for it in images] == [1, 1]
    assert sigstore.issuer.given
    assert not [it for it in (*sigstore.issuer.given, BEARER) if it in seen.said]


async def test_a_token_itself_will_do(
    keyless: Callable[..., Context],
    sigstore: Sigstore,
    pushed: ImageRefs,
    request_: DeployRequest,
) -> None:
    signer = keyless(f"{sigstore.issuer.token()}\r\n")
    await signing.require_signer(signer)
    await signing.sign(signer, pushed, request_.registry, request_.username)
    naming(current.project(), identity=f"^{IDENTITY.rpartition('@')[0]}@refs/(heads|tags)/.+$")
    asking = requiring(keyless(), signature=True)
    assert await admission.require(asking, pushed, request_) is None
    for identity in ("^https://github.com/octo/other/.+$", "^" + IDENTITY[8:] + "$"):
        naming(current.project(), identity=identity)
        with pytest.raises(InputError, match=r"todo-backend@.* is not signed by \^") as refused:
            await admission.require(asking, pushed, request_)
        assert IDENTITY in refused.value.problem, "who did"


@pytest.mark.parametrize("asked_for", [False, True])
async def test_nobody_sees_a_token_in_the_arguments_of_cosign(
    *,
    asked_for: bool,
    adapter: str,
    keyless: Callable[..., Context],
    sigstore: Sigstore,
    pushed: ImageRefs,
    request_: DeployRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if adapter != "host":
        pytest.skip("an engine brings its own")
    record, program = tmp_path / "record", tmp_path / "bin/cosign"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >>{record}\nexec {shutil.which("cosign")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    given = sigstore.issuer.of_a_job if asked_for else sigstore.issuer.token()
    await signing.sign(keyless(given), pushed, request_.registry, request_.username)
    calls = record.read_text()
    assert [line.split()[0] for line in calls.splitlines()][-2:] == ["sign", "sign"]
    assert not [it for it in (*sigstore.issuer.given, BEARER) if it in calls]


async def test_who_is_not_named_is_refused_by_name(
    keyless: Callable[..., Context],
    sigstore: Sigstore,
    keys: tuple[KeyPair, KeyPair],
    pushed: ImageRefs,
    request_: DeployRequest,
) -> None:
    login, named = (request_.registry, request_.username), current.project()
    asking = requiring(keyless(), signature=True)
    with pytest.raises(InputError, match=r"todo-backend@.* is not signed by https://git") as nobody:
        await admission.require(asking, pushed, request_, before="local")
    assert nobody.value.next_step == "todo-ci deploy --env local, with --identity-token"
    # A key, where an identity is asked for.
    naming(named, public_key=keys[0].public, identity="")
    await signing.sign(keyless(**keys[0].secrets), pushed, *login)
    current.use(named)
    with pytest.raises(InputError, match=r"todo-backend@.* is not signed by https://git") as by_key:
        await admission.require(asking, pushed, request_)
    assert "as of no key" in by_key.value.problem
    assert by_key.value.accepted == "images that were published with --identity-token"
    # Another workflow.
    naming(named, identity=f"https://github.com/{OTHER}")
    await signing.sign(keyless(sigstore.issuer.token(job_workflow_ref=OTHER)), pushed, *login)
    current.use(named)
    with pytest.raises(InputError, match=f"is not signed by {IDENTITY} ") as other:
        await admission.require(asking, pushed, request_)
    assert f"signed it is by https://github.com/{OTHER}" in other.value.problem
    # The same workflow, by another issuer.
    await signing.sign(keyless(sigstore.issuer.token()), pushed, *login)
    assert await admission.require(asking, pushed, request_) is None
    naming(named, issuer="https://token.example.com")
    with pytest.raises(InputError, match=r"of https://token\.example\.com") as issuer:
        await admission.require(asking, pushed, request_)
    assert sigstore.issuer.url in issuer.value.problem, "who vouched"


async def test_a_sigstore_that_cosign_cannot_read_is_named(
    keyless: Callable[..., Context],
    folder: Path,
    pushed: ImageRefs,
    request_: DeployRequest,
) -> None:
    (folder / "trusted_root.json").write_text("{")
    with pytest.raises(InputError, match=f"trusted_root.json in {FOLDER}, signing.sigs") as refused:
        await admission.require(requiring(keyless(), signature=True), pushed, request_)
    assert refused.value.accepted == "what cosign trusted-root create writes"


async def test_an_identity_is_no_key(
    keyless: Callable[..., Context],
    sigstore: Sigstore,
    keys: tuple[KeyPair, KeyPair],
    pushed: ImageRefs,
    request_: DeployRequest,
) -> None:
    login = (request_.registry, request_.username)
    await signing.sign(keyless(sigstore.issuer.token()), pushed, *login)
    project = current.project()
    current.use(with_table(project, signing=Signing(public_key=keys[0].public)))
    with pytest.raises(InputError, match=r"is not signed by the key of release\.toml") as refused:
        await admission.require(requiring(keyless(), signature=True), pushed, request_)
    assert refused.value.accepted == "images that were published with --signing-key"


@pytest.mark.parametrize(
    ("claims", "problem", "accepted"),
    [
        ({"aud": "api://else"}, "for the audience 'api://else'", "sigstore"),
        ({"iss": "https://token.example.com"}, "issued by https://token.example.com", "http://"),
        ({"job_workflow_ref": OTHER}, f"the workflow {OTHER}", IDENTITY),
        ({"exp": int(time.time()) - 1}, "expired at 20", "still valid"),
    ],
)
async def test_a_token_for_something_else_is_refused_before_anything_is_done(
    keyless: Callable[..., Context],
    sigstore: Sigstore,
    claims: dict[str, Any],
    problem: str,
    accepted: str,
) -> None:
    with pytest.raises(InputError, match=r"^--identity-token") as refused:
        await signing.require_signer(keyless(sigstore.issuer.token(**claims)))
    assert problem in refused.value.problem
    assert accepted in refused.value.accepted
    assert refused.value.next_step


async def test_a_token_that_is_none_is_refused(
    keyless: Callable[..., Context], sigstore: Sigstore
) -> None:
    for given, problem in (
        ("no.token.at-all", "it holds no JWT"),
        ("file:///etc/hostname\nx", "it holds no JWT"),
        (f"{sigstore.issuer.url}/token?api-version=2.0\nanother", "GitHub gives no token"),
    ):
        with pytest.raises(InputError, match="--identity-token: ") as refused:
            await signing.require_signer(keyless(given))
        assert problem in refused.value.problem
        assert "JWT for the audience sigstore" in refused.value.accepted


async def test_what_ends_while_a_release_goes_on_fails_the_call_and_not_the_release(
    keyless: Callable[..., Context],
    sigstore: Sigstore,
    pushed: ImageRefs,
    request_: DeployRequest,
) -> None:
    over = keyless(sigstore.issuer.token(exp=int(time.time()) - 1))
    with pytest.raises(InputError, match="--identity-token expired at"):
        await signing.sign(over, pushed, request_.registry, request_.username)
    result = ReleaseResult.judged(
        "deploy", "local", 3, [Check.passed("rollout")], commit="0" * 40, url="", serving=3,
        images=pushed,
    )  # fmt: skip
    done = await signing.publish_verdict(over, result, request_)
    assert (done.passed, done.verdict) == (False, CheckStatus.PASSED)
    assert "--identity-token expired at" in done.report.checks[-1].evidence


async def test_a_key_that_nobody_asks_for_is_refused_and_a_token_is_not(
    keyless: Callable[..., Context],
    make_context: MakeContext,
    sigstore: Sigstore,
    keys: tuple[KeyPair, KeyPair],
) -> None:
    with pytest.raises(InputError, match="names an identity: nothing would be signed") as refused:
        await signing.require_signer(keyless(**keys[0].secrets))
    assert refused.value.accepted == "--identity-token"
    current.use(with_table(current.project(), signing=Signing(public_key=keys[0].public)))
    await signing.require_signer(keyless("a job on GitHub has one anyway"))
