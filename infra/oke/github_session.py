"""Exchange GitHub's word for a job for a session at Oracle, and write it as a profile of `oci`.

Run by github-kubeconfig.sh with the Python of `oci`: Oracle's own SDK knows the exchange. The folder
that is given gets `config`, `key.pem` and `token`, all three good for an hour.
"""

import base64
import json
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

SETUP = "infra/oke/github-access.sh --repository OWNER@ID/NAME@ID"
_SECONDS = 20  # for an answer of GitHub
_LOOPBACK = ("127.0.0.1", "localhost")


class RefusedError(Exception):
    """Say what is wrong, and the command or the line that mends it."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(f"{what}\nnext: {next_step}")


def github_token(environment: Mapping[str, str], audience: str) -> str:
    """Ask GitHub for the token that says which job of which repository this is.

    Raises:
        RefusedError: when the job has no right to ask, or GitHub does not answer.
    """
    url = environment.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
    right = environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
    if not url or not right:
        raise RefusedError(
            "this is no job of a GitHub workflow that may ask for a token of its own",
            "give the job `permissions: id-token: write`; elsewhere use infra/oke/kubeconfig.sh",
        )
    request = Request(
        f"{url}&audience={quote(audience, safe='')}",
        headers={"Authorization": f"bearer {right}"},
    )
    try:
        with urlopen(request, timeout=_SECONDS) as answer:
            return json.load(answer)["value"]
    except (HTTPError, URLError, TimeoutError, ValueError, KeyError) as error:
        raise RefusedError(
            f"GitHub gives no token: {error}",
            "run the job again; https://www.githubstatus.com",
        ) from error


def domain_url(text: str) -> str:
    """Return the address of an identity domain, which the client's secret is sent to.

    Raises:
        RefusedError: when it is not https.
    """
    url = urlsplit(text)
    if url.scheme == "https" or (url.scheme == "http" and url.hostname in _LOOPBACK):
        return text.rstrip("/")
    raise RefusedError(
        f"OCI_DOMAIN {text!r} is not an https address", f"{SETUP} prints what to set"
    )


def exchange(token: str, domain: str, client: str, secret: str) -> tuple[str, Any]:
    """Return Oracle's session token and the private key that belongs to it.

    Raises:
        RefusedError: with Oracle's own words, and what GitHub's token says of the job.
    """
    # Of the environment of `oci`, so no type checker of ours finds it.
    signers: Any = import_module("oci.auth.signers")
    try:
        signer: Any = signers.TokenExchangeSigner(token, domain, client, secret)
    except (
        Exception
    ) as error:  # the SDK lets each kind of its HTTP library's errors through
        answer = getattr(error, "response", None)
        said = (
            str(error)
            if answer is None
            else f"{answer.status_code} {reason(answer.text)}"
        )
        raise RefusedError(
            f"Oracle gives no session for this job: {said}\n{described(token)}",
            f"{SETUP} with what `sub` says, as an administrator, or the job's own environment",
        ) from error
    return signer.security_token_container.security_token, signer.private_key


def reason(body: str) -> str:
    """Return what an answer of the exchange says in words."""
    try:
        answer: dict[str, str] = json.loads(body)
    except ValueError:
        return body[:300]
    return answer.get("error_description") or answer.get("error") or body[:300]


def described(token: str) -> str:
    """Return what a token says of its job: what the rules of the trust are about. Nothing secret."""
    try:
        body = token.split(".")[1]
        claims: dict[str, Any] = json.loads(
            base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        )
    except (IndexError, ValueError):
        return "what GitHub gave is not a token"
    shown = {key: claims.get(key) for key in ("iss", "sub", "aud")}
    return "the job's token says " + ", ".join(
        f"{key} {value}" for key, value in shown.items()
    )


def write(folder: Path, region: str, token: str, key: Any) -> None:
    """Write the profile; the caller's umask keeps it from others."""
    serialization: Any = import_module("cryptography.hazmat.primitives.serialization")
    (folder / "token").write_text(token)
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "config").write_text(
        f"[DEFAULT]\nregion={region}\nkey_file={folder}/key.pem\n"
        f"security_token_file={folder}/token\n"
    )


def main(folder: Path, environment: Mapping[str, str]) -> int:
    """Leave a session in a folder; return the exit code."""
    try:
        domain = domain_url(environment["OCI_DOMAIN"])
        # Made out to one identity domain: of no use at another.
        token = github_token(environment, domain)
        session = exchange(
            token, domain, environment["OCI_CLIENT"], environment["OCI_CLIENT_SECRET"]
        )
        write(folder, environment["OCI_REGION"], *session)
    except RefusedError as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), os.environ))
