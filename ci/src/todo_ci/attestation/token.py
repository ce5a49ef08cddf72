"""The token by which an issuer vouches for whoever signs: looked at before anything is done."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from todo_ci.attestation import cosign
from todo_ci.attestation.signer import Identity
from todo_ci.core.context import Context
from todo_ci.core.ports import Step, Tool
from todo_ci.core.steps import require_success
from todo_ci.errors import InputError
from todo_ci.project.signing import GITHUB
from todo_ci.scripts import sources

AUDIENCE = "sigstore"
_SIGN_IN = "https://oauth2.sigstore.dev/auth"
_SHAPE = (
    f"a JWT for the audience {AUDIENCE}, or two lines: ACTIONS_ID_TOKEN_REQUEST_URL and "
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN of a job on GitHub"
)
_FRESH = (
    "get another one, as the two lines of a job on GitHub do for each signature; or correct the "
    "clock here"
)


def step() -> Step:
    """Plan to read the claims of the given token."""
    return Step(
        Tool.SIGN,
        ("python3", "-m", "scripts.identity_token"),
        files=sources("identity_token.py", "registry_login.py"),
        secrets=(cosign.IDENTITY,),
        timeout=60,
        network=True,
    )


async def require(context: Context, identity: Identity) -> None:
    """Refuse a token for which nobody would get a certificate of this identity.

    Raises:
        InputError: naming what is wrong with it.
    """
    read = require_success(await context.shell.run(step()), "reading --identity-token")
    judge(json.loads(read.stdout), identity, datetime.now(UTC))


def judge(read: Mapping[str, Any], identity: Identity, now: datetime) -> None:
    """Refuse claims that are not those of an identity: pure.

    Its signature is the issuer's business and Sigstore's: neither is asked here.

    Args:
        read: the ``claims``, or the ``problem`` for which there are none.
        identity: who is to sign.
        now: the moment.

    Raises:
        InputError: naming the claim, and what it should be.
    """
    if problem := read.get("problem"):
        raise InputError(
            f"--identity-token: {problem}",
            accepted=_SHAPE,
            next_step="in GitHub: permissions: id-token: write; elsewhere what its issuer gives",
        )
    claims: Mapping[str, Any] = read["claims"]
    audience = claims.get("aud")
    if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise InputError(
            f"--identity-token is for the audience {audience!r}",
            accepted=AUDIENCE,
            next_step=f"ask its issuer for one with the audience {AUDIENCE}",
        )
    if (issuer := _issuer(claims)) != identity.issuer:
        raise InputError(
            f"--identity-token was issued by {issuer}",
            accepted=f"signing.issuer of release.toml: {identity.issuer}",
            next_step="sign where that issuer vouches for you, or change signing.issuer",
        )
    workflow = claims.get("job_workflow_ref")
    if workflow and not _is_of(workflow, identity):
        raise InputError(
            f"--identity-token is that of the workflow {workflow}",
            accepted=f"signing.identity of release.toml: {identity.name}",
            next_step="sign in that workflow and on that branch, or change signing.identity",
        )
    end = claims.get("exp")
    if (until := datetime.fromtimestamp(end if isinstance(end, int | float) else 0, UTC)) <= now:
        raise InputError(
            f"--identity-token expired at {until}, and here it is {now.replace(microsecond=0)}",
            accepted="one that is still valid, for as long as the call takes",
            next_step=_FRESH,
        )


def _issuer(claims: Mapping[str, Any]) -> Any:
    """Name who vouches, as a certificate does: Sigstore's own sign-in asks another one."""
    if (issuer := claims.get("iss")) != _SIGN_IN:
        return issuer
    asked: Mapping[str, Any] = claims.get("federated_claims") or {}
    return asked.get("connector_id")


def _is_of(workflow: str, identity: Identity) -> bool:
    """Tell whether a certificate for a workflow would be one of an identity."""
    if not identity.expression:
        return identity.name.endswith(f"/{workflow}")
    # How a server of one's own is called in a certificate, its Sigstore says.
    return identity.issuer != GITHUB or bool(
        re.search(identity.expression, f"https://github.com/{workflow}")
    )
