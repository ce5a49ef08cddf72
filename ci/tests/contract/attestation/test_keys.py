"""A key is taken as editors and secrets' stores leave it; one that cannot be used is named."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace as with_table

from todo_ci.attestation import admission, signing
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.errors import InputError, ToolError
from todo_ci.project import current
from todo_ci.project.signing import Signing
from todo_ci.rollout.request import DeployRequest
from verdicts import PASSWORD, KeyPair, judge, requiring

pytestmark = pytest.mark.lab
MakeContext = Callable[..., Context]


async def test_ends_of_lines_and_blanks_around_are_no_part_of_a_key(
    ours: Context, make_context: MakeContext, keys: tuple[KeyPair, KeyPair]
) -> None:
    written = keys[0].private.replace("\n", "\r\n")
    for key, password in ((written, f"{PASSWORD}\r\n"), (f"\n\n {written}", f"{PASSWORD}\n")):
        await signing.require_signer(
            make_context({"signing-key": key, "signing-password": password})
        )
    with pytest.raises(InputError, match="decryption failed") as refused:
        await signing.require_signer(make_context({"signing-key": written}))
    assert "--signing-password" in refused.value.next_step


async def test_a_public_key_may_be_indented_and_has_to_be_one(
    ours: Context, keys: tuple[KeyPair, KeyPair], pushed: ImageRefs, request_: DeployRequest
) -> None:
    await judge(ours, pushed, request_, passed=True)
    asking, project = requiring(ours, verdict=True), current.project()
    indented = f"    {keys[0].public}".replace("\n", "\n    ")
    current.use(with_table(project, signing=Signing(public_key=indented)))
    assert await admission.require(asking, pushed, request_)
    broken = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
    current.use(with_table(project, signing=Signing(public_key=broken)))
    with pytest.raises(InputError, match=r"cannot use signing\.public-key of release\.toml"):
        await admission.require(asking, pushed, request_)


async def test_a_machine_without_cosign_is_told_so(
    ours: Context,
    pushed: ImageRefs,
    request_: DeployRequest,
    only_programs: Callable[..., None],
) -> None:
    only_programs("setpriv", "sh")
    with pytest.raises(ToolError, match="there is no cosign on PATH") as failed:
        await signing.require_signer(ours)
    assert "install cosign" in failed.value.next_step
    with pytest.raises(ToolError, match="there is no cosign on PATH"):
        await admission.require(requiring(ours, verdict=True), pushed, request_)
