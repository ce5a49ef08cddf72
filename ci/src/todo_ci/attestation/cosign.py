"""cosign as pure argument lists and steps, and what its answers say.

By a key nothing goes to a public log: no name is there that a log would vouch for. By an identity
it does, for its certificate lives for minutes: a log is who saw that it signed in these.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from todo_ci.attestation.signer import Identity, Key, Signer
from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.core.secret_names import (
    IDENTITY_TOKEN,
    REGISTRY_PASSWORD,
    SIGNING_KEY,
    SIGNING_PASSWORD,
)
from todo_ci.environments import Target
from todo_ci.scripts import sources
from todo_ci.scripts.run_cosign import ABSENT

IDENTITY = SecretUse(IDENTITY_TOKEN, "IDENTITY_TOKEN_FILE")
KEY_PASSWORD = SecretUse(SIGNING_PASSWORD, "SIGNING_PASSWORD_FILE")
MEANS = {
    "--signing-key": (SecretUse(SIGNING_KEY, "SIGNING_KEY_FILE"), KEY_PASSWORD),
    "--identity-token": (IDENTITY,),
}
"""What signs, by the flag that release.toml asks for."""
_PUBLIC = "cosign.pub"
_GIVEN = "env://SIGNING_KEY"
_SIGSTORE = "sigstore"
_EXACTLY, _BY_EXPRESSION = "--certificate-identity", "--certificate-identity-regexp"
Call = tuple[str, ...]
# Asked for by its kind: to `cosign verify` any statement is a signature, even a failed verdict.
SIGNATURE = "https://sigstore.dev/cosign/sign/v1"
_SCRIPTS = ("run_cosign.py", "registry_login.py", "identity_token.py")
_UNUSABLE = ("loading public key", "loading trusted root")
_OTHERS = re.compile(r'expected (?:SAN|issuer) value .*?, got "([^"]*)"')
_UNLOGGED = "not enough verified log entries"
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


def sign(signer: Signer, target: Target, reference: str) -> Call:
    """Sign an artifact by digest."""
    return ("sign", *_plan(signer).signing, *_registry(target), reference)


def attest(signer: Signer, target: Target, reference: str, kind: str, predicate: str) -> Call:
    """Sign a statement about an artifact, whose predicate is a file of the step."""
    return (
        "attest", "--type", kind, "--predicate", predicate, *_plan(signer).signing,
        *_registry(target), reference,
    )  # fmt: skip


def verify_attestation(signer: Signer, target: Target, reference: str, kind: str) -> Call:
    """Print the statements of a kind that somebody signed."""
    return (
        "verify-attestation", "--type", kind, *_plan(signer).verifying, "--output", "json",
        *_registry(target), reference,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Plan:
    """Hold how somebody signs and is known again, with the files and folders that it takes."""

    signing: Call
    verifying: Call
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    inputs: tuple[str, ...] = ()


# What cosign is to use beside a key, and what to trust: without them it asks the internet.
_NOTHING = {
    "signing.json": '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json",'
    '"rekorTlogConfig":{},"tsaConfig":{}}',
    "root.json": '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}',
}


def _plan(signer: Signer) -> _Plan:
    match signer:
        case Key(public):
            using = ("--signing-config", "signing.json", "--trusted-root", "root.json")
            return _Plan(
                ("--yes", "--key", _GIVEN, *using),
                ("--key", _PUBLIC, "--insecure-ignore-tlog=true"),
                {**_NOTHING, _PUBLIC: public},
            )
        case Identity(name, issuer, sigstore):
            how = (_EXACTLY, name) if not signer.expression else (_BY_EXPRESSION, signer.expression)
            root = ("--trusted-root", f"{_SIGSTORE}/trusted_root.json") if sigstore else ()
            own = ("--signing-config", f"{_SIGSTORE}/signing_config.json") if sigstore else ()
            return _Plan(
                ("--yes", *own, *root),
                (*how, "--certificate-oidc-issuer", issuer, *root),
                inputs=(_SIGSTORE,) if sigstore else (),
            )


def _registry(target: Target) -> tuple[str, ...]:
    return ("--allow-http-registry",) if target.plain_http else ()


def step(
    signer: Signer,
    calls: Sequence[Call],
    *,
    registry: str = "",
    username: str = "",
    secrets: Sequence[SecretUse] = (),
    files: Mapping[str, str] | None = None,
) -> Step:
    """Run calls side by side as one step.

    Args:
        signer: whom they are about.
        calls: argument lists.
        registry: ``host[:port][/path]`` that the login is for.
        username: of that registry; empty asks without a login.
        secrets: what signs, where something is signed.
        files: what is stated.
    """
    host = registry.partition("/")[0]
    order = {"calls": [list(call) for call in calls], "host": host, "username": username}
    login = (SecretUse(REGISTRY_PASSWORD, "REGISTRY_PASSWORD_FILE"),) if username else ()
    plan = _plan(signer)
    return Step(
        Tool.SIGN,
        ("python3", "-m", "scripts.run_cosign"),
        stdin=json.dumps(order),
        inputs=plan.inputs,
        files={**plan.files, **(files or {}), **sources(*_SCRIPTS)},
        secrets=(*secrets, *login),
        timeout=240,
        network=True,
    )


def parse(text: str) -> list[Answer]:
    """Read what the step printed: an answer for each call, in their order."""
    return [Answer(it["exit"], it["stdout"], it["stderr"]) for it in json.loads(text)]


def is_refusal(answer: Answer) -> bool:
    """Tell whether cosign looked, and found nothing that this one signed."""
    return any(words in answer.stderr for words in _REFUSALS)


def refusal(answer: Answer) -> str:
    """Say who signed instead, of all that did; else what cosign says."""
    if others := sorted(set(_OTHERS.findall(answer.stderr))):
        return f"signed it is by {', '.join(others)}"
    if _UNLOGGED in answer.stderr:
        return "no log has a note of what signed it, as of no key"
    return answer.said


def is_unusable(answer: Answer) -> bool:
    """Tell whether cosign stopped at what ``release.toml`` names, before it looked."""
    return any(words in answer.stderr for words in _UNUSABLE)


def statements(stdout: str) -> list[str]:
    """Read the in-toto statements that ``verify-attestation`` printed, an envelope a line."""
    envelopes = [json.loads(line) for line in stdout.splitlines() if line.startswith("{")]
    return [base64.b64decode(it["payload"]).decode() for it in envelopes]
