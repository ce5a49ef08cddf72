"""Refuse an address that nobody can reach, or that is not safe to reach."""

import json

from todo_ci.core.ports import Result
from todo_ci.environments import Target
from todo_ci.errors import ClusterError, InputError


def need_url(url: str) -> None:
    """Refuse to check a release nobody can reach.

    Raises:
        InputError: without an http or https address.
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(
            f"--url {url!r} is no address" if url else "no address of the gateway was given",
            accepted="http://HOST[:PORT] or https://HOST",
            next_step="add --url, or set <VERB>_URL in .env",
        )


def need_https(url: str, target: Target, *, allowed: bool) -> None:
    """Refuse to have people send their passwords in the clear where the environment is for people.

    Args:
        url: the address people open.
        target: where to.
        allowed: True where whoever asks said that it may be so.

    Raises:
        InputError: for an http address.
    """
    if target.verified_tls and url.startswith("http://") and not allowed:
        environment = target.environment
        raise InputError(
            f"--url {url!r} is not https: on {environment} passwords would be sent in the clear",
            accepted="https://HOST, or --allow-http where nobody signs in from outside",
            next_step="infra/oke/gateway.sh makes a gateway and its certificate; then "
            f"todo-ci deploy --env {environment} --url https://{url.removeprefix('http://')}",
        )


def require_trusted(url: str, probed: Result) -> None:
    """Refuse an https address that no browser would open; what it answers does not matter yet.

    Args:
        url: the address people open.
        probed: what came of ``gateway.probe``.

    Raises:
        ClusterError: with the reason, such as a certificate that is not trusted.
    """
    if probed.ok:
        reason = str(json.loads(probed.stdout)[0]["error"])
    else:
        reason = (probed.stderr or "no answer in time").strip()[-400:]
    if reason:
        host = url.removeprefix("https://").partition("/")[0].partition(":")[0]
        raise ClusterError(
            f"{url} is not reached: {reason}; nothing was changed",
            accepted="an address with a gateway that has a certificate browsers trust",
            next_step=f"infra/oke/gateway.sh --host {host} --check",
        )
