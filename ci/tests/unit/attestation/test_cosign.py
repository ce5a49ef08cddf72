"""Who signs decides on all that cosign is told, and neither a key nor a token is among it."""

import re

import pytest

from todo_ci.attestation import cosign
from todo_ci.attestation.cosign import Answer
from todo_ci.attestation.signer import Identity, Key, Signer
from todo_ci.environments import target

IMAGE, ISSUER, NAME = "r.example/web@sha256:0a", "https://issuer.example", "https://one.example"
TRUSTED = "--trusted-root sigstore/trusted_root.json"


@pytest.mark.parametrize(
    ("who", "signs", "asks"),
    [
        (Key("PEM"), "--yes --key env://SIGNING_KEY --signing-config signing.json --trusted-root "
         "root.json", "--key cosign.pub --insecure-ignore-tlog=true"),
        (Identity(NAME, ISSUER), "--yes",
         f"--certificate-identity {NAME} --certificate-oidc-issuer {ISSUER}"),
        (Identity(f"^{NAME}/.+$", ISSUER, "infra/sigstore"),
         f"--yes --signing-config sigstore/signing_config.json {TRUSTED}",
         f"--certificate-identity-regexp ^(?:^{NAME}/.+$)$ --certificate-oidc-issuer {ISSUER} "
         f"{TRUSTED}"),
    ],
)  # fmt: skip
def test_a_signer_is_told_to_both_sides(who: Signer, signs: str, asks: str) -> None:
    to = target("oke")
    assert " ".join(cosign.sign(who, to, IMAGE)) == f"sign {signs} {IMAGE}"
    told = " ".join(cosign.attest(who, to, IMAGE, "kind", "file"))
    assert told == f"attest --type kind --predicate file {signs} {IMAGE}"
    told = " ".join(cosign.verify_attestation(who, to, IMAGE, "kind"))
    assert told == f"verify-attestation --type kind {asks} --output json {IMAGE}"


@pytest.mark.parametrize(
    "name", [f"^{NAME}/a|{NAME}/b$", f"^{NAME}/a$|^{NAME}/b$", f"^{NAME}/[ab]$"]
)
def test_an_expression_is_about_a_whole_name(name: str) -> None:
    told = cosign.verify_attestation(Identity(name, ISSUER), target("oke"), IMAGE, "kind")
    asked = told[told.index("--certificate-identity-regexp") + 1]
    # As cosign does: it searches.
    assert [re.search(asked, f"{NAME}/{it}") is not None for it in ("a", "b")] == [True, True]
    assert not [it for it in (f"{NAME}/a-evil", f"{NAME}/b-evil") if re.search(asked, it)]
    assert not re.search(asked, f"https://evil.example/{NAME}/b")


def test_by_an_identity_no_log_is_ignored_and_nothing_is_brought_along() -> None:
    for who in (Identity(NAME, ISSUER), Identity(NAME, ISSUER, "infra/sigstore")):
        told = cosign.verify_attestation(who, target("local"), IMAGE, "kind")
        assert not [it for it in told if "insecure" in it]
        step = cosign.step(who, [told], secrets=cosign.MEANS["--identity-token"])
        assert step.inputs == (("sigstore",) if who.sigstore else ())
        assert not {"root.json", "signing.json", "cosign.pub"} & set(step.files)
        assert [(it.name, it.as_file) for it in step.secrets] == [("identity-token", True)]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (f'expected SAN value "{NAME}", got "{NAME}/b"\nexpected SAN value to match regex "^a$", '
         f'got "{NAME}/a"', f"signed it is by {NAME}/a, {NAME}/b"),
        (f'not enough verified log entries: 0 < 1\nexpected issuer value "{ISSUER}", got "else"',
         "signed it is by else"),
        ("not enough verified log entries from transparency log: 0 < 1", "as of no key"),
        ("Error: no signatures found", "no signatures found"),
    ],
)  # fmt: skip
def test_who_signed_instead_is_named(said: str, meant: str) -> None:
    assert meant in cosign.refusal(Answer(1, "", said))
