"""cosign as pure argument lists and steps, and what its answers say.

Nothing goes to a public log: what is signed here is known by one key, not by a name that a log
would vouch for, and the addresses of a private registry are nobody else's business.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.core.secret_names import REGISTRY_PASSWORD, SIGNING_KEY, SIGNING_PASSWORD
from todo_ci.environments import Target
from todo_ci.scripts import sources
from todo_ci.scripts.run_cosign import ABSENT

KEY = SecretUse(SIGNING_KEY, "SIGNING_KEY_FILE")
KEY_PASSWORD = SecretUse(SIGNING_PASSWORD, "SIGNING_PASSWORD_FILE")
PUBLIC = "cosign.pub"
_GIVEN = "env://SIGNING_KEY"
Call = tuple[str, ...]
# Asked for by its kind: to `cosign verify` any statement is a signature, even a failed verdict.
SIGNATURE = "https://sigstore.dev/cosign/sign/v1"
_REFUSALS = ("no matching attestations", "none of the attestations matched")


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what one call of cosign answered."""

    exit: int
    stdout: str
    stderr: str

    @property
    def is_absent(self) -> bool:
        """Tell whether there was no cosign to call."""
        return self.exit == ABSENT

    @property
    def said(self) -> str:
        """Return its error in one line."""
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("Error: ")]
        said = (errors or lines or [f"exit code {self.exit}"])[0]
        return said.removeprefix("Error: ").rstrip(" :")[:300]


def public_key() -> Call:
    """Print the public half of the given key."""
    return ("public-key", "--key", _GIVEN)


def sign(target: Target, reference: str) -> Call:
    """Sign an artifact by digest."""
    return ("sign", "--key", _GIVEN, *_UNLOGGED, *_registry(target), reference)


def attest(target: Target, reference: str, kind: str, predicate: str) -> Call:
    """Sign a statement about an artifact, whose predicate is a file of the step."""
    return (
        "attest", "--key", _GIVEN, "--type", kind, "--predicate", predicate,
        *_UNLOGGED, *_registry(target), reference,
    )  # fmt: skip


def verify_attestation(target: Target, reference: str, kind: str) -> Call:
    """Print the statements of a kind that the key of ``release.toml`` signed."""
    return (
        "verify-attestation", "--key", PUBLIC, "--type", kind, *_OFFLINE, *_registry(target),
        reference,
    )  # fmt: skip


# What cosign is to use beside the key, and what to trust: without them it asks the internet.
_NOTHING = {
    "signing.json": '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json",'
    '"rekorTlogConfig":{},"tsaConfig":{}}',
    "root.json": '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}',
}
_UNLOGGED = ("--yes", "--signing-config", "signing.json", "--trusted-root", "root.json")
_OFFLINE = ("--insecure-ignore-tlog=true", "--output", "json")


def _registry(target: Target) -> tuple[str, ...]:
    return ("--allow-http-registry",) if target.plain_http else ()


def step(
    calls: Sequence[Call],
    *,
    registry: str = "",
    username: str = "",
    secrets: Sequence[SecretUse] = (),
    files: Mapping[str, str] | None = None,
) -> Step:
    """Run calls side by side as one step.

    Args:
        calls: argument lists.
        registry: ``host[:port][/path]`` that the login is for.
        username: of that registry; empty asks without a login.
        secrets: the key and its password, where something is signed.
        files: the public key, or what is stated.
    """
    host = registry.partition("/")[0]
    order = {"calls": [list(call) for call in calls], "host": host, "username": username}
    login = (SecretUse(REGISTRY_PASSWORD, "REGISTRY_PASSWORD_FILE"),) if username else ()
    return Step(
        Tool.SIGN,
        ("python3", "-m", "scripts.run_cosign"),
        stdin=json.dumps(order),
        files={**_NOTHING, **(files or {}), **sources("run_cosign.py", "registry_login.py")},
        secrets=(*secrets, *login),
        timeout=240,
        network=True,
    )


def parse(text: str) -> list[Answer]:
    """Read what the step printed: an answer for each call, in their order."""
    return [Answer(it["exit"], it["stdout"], it["stderr"]) for it in json.loads(text)]


def is_refusal(answer: Answer) -> bool:
    """Tell whether cosign looked, and found nothing signed by the key."""
    return any(words in answer.stderr for words in _REFUSALS)


def is_unusable_key(answer: Answer) -> bool:
    """Tell whether cosign stopped at the public key, before it looked."""
    return "loading public key" in answer.stderr


def statements(stdout: str) -> list[str]:
    """Read the in-toto statements that ``verify-attestation`` printed, an envelope a line."""
    envelopes = [json.loads(line) for line in stdout.splitlines() if line.startswith("{")]
    return [base64.b64decode(it["payload"]).decode() for it in envelopes]
