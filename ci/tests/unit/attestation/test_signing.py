"""What is to sign is known before anything is built."""

import pytest
from fake_cluster import FakeCluster
from msgspec.structs import replace

from todo_ci.attestation.signing import require_signer
from todo_ci.core.secret_names import SIGNING_PASSWORD
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.signing import Signing


async def test_a_password_without_its_key_is_refused() -> None:
    context = FakeCluster().context(SIGNING_PASSWORD)
    with pytest.raises(InputError, match="no --signing-key: nothing would be signed") as refused:
        await require_signer(context)
    assert refused.value.next_step == "add --signing-key file:cosign.key"


async def test_a_password_where_an_identity_is_named_leads_to_no_key() -> None:
    before = current.project()
    current.use(replace(before, signing=Signing(identity="a@b.org")))
    try:
        with pytest.raises(InputError, match="and no --identity-token: nothing") as refused:
            await require_signer(FakeCluster().context(SIGNING_PASSWORD))
    finally:
        current.use(before)
    assert refused.value.next_step.startswith("give --identity-token in its place")


async def test_without_either_nothing_is_asked() -> None:
    await require_signer(FakeCluster().context())
