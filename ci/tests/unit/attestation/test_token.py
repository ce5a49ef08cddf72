"""A token is one of the identity that release.toml names, or says by name what it is instead."""

from datetime import UTC, datetime
from typing import Any

import pytest

from todo_ci.attestation import token
from todo_ci.attestation.signer import Identity
from todo_ci.errors import InputError
from todo_ci.project.signing import GITHUB

NOW = datetime(2026, 11, 30, tzinfo=UTC)
WORKFLOW = "octo/app/.github/workflows/deploy.yml@refs/heads/main"
OTHER = WORKFLOW.replace("deploy", "other")
PERSON: dict[str, Any] = {
    "iss": "https://oauth2.sigstore.dev/auth", "job_workflow_ref": None,
    "federated_claims": {"connector_id": "https://accounts.google.com", "user_id": "1"},
}  # fmt: skip
SERVER = "https://git.example.com/_services/token"
NAMED = Identity(f"https://github.com/{WORKFLOW}", GITHUB)
CLAIMS = {
    "iss": GITHUB, "aud": "sigstore", "exp": NOW.timestamp() + 1, "job_workflow_ref": WORKFLOW,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "identity"),
    [
        ({}, NAMED),
        ({"aud": ["other", "sigstore"]}, NAMED),
        ({"job_workflow_ref": OTHER}, Identity("^https://github.com/octo/.+$", GITHUB)),
        # What a server of one's own is called in a certificate, its Sigstore says.
        ({"iss": SERVER}, Identity("^https://git.example.com/octo/.+$", SERVER)),
        ({"job_workflow_ref": None, "email": "a@b.org"}, Identity("a@b.org", GITHUB)),
        # A person, by Sigstore's own sign-in: a certificate names whom that asked.
        (PERSON, Identity("a@b.org", "https://accounts.google.com")),
        ({}, Identity(f"https://github.example.com/{WORKFLOW}", GITHUB)),
    ],
)
def test_one_of_that_identity_is_taken(changed: dict[str, Any], identity: Identity) -> None:
    token.judge({"claims": CLAIMS | changed}, identity, NOW)


@pytest.mark.parametrize(
    ("changed", "problem", "accepted"),
    [
        ({"aud": "api"}, "audience 'api'", "sigstore"),
        ({"aud": ["api", "other"]}, "audience ['api', 'other']", "sigstore"),
        ({"aud": None}, "audience None", "sigstore"),
        ({"iss": "https://gitlab.com"}, "issued by https://gitlab.com", GITHUB),
        (PERSON, "issued by https://accounts.google.com", GITHUB),
        ({"job_workflow_ref": OTHER}, f"workflow {OTHER}", NAMED.name),
        ({"job_workflow_ref": f"x{WORKFLOW}"}, f"workflow x{WORKFLOW}", NAMED.name),
        ({"exp": NOW.timestamp()}, "expired at 2026-11-30 00:00:00", "still valid"),
        ({"exp": NOW.timestamp() - 60}, "and here it is 2026-11-30 00:00:00+00:00", "still valid"),
        ({"exp": None}, "expired at 1970", "still valid"),
        ({"exp": "soon"}, "expired at 1970", "still valid"),
    ],
)
def test_any_other_is_refused_by_what_it_is(
    changed: dict[str, Any], problem: str, accepted: str
) -> None:
    with pytest.raises(InputError) as refused:
        token.judge({"claims": CLAIMS | changed}, NAMED, NOW)
    assert problem in refused.value.problem
    assert accepted in refused.value.accepted
    assert refused.value.next_step


def test_one_that_an_expression_does_not_take_is_refused_before_anything_is_signed() -> None:
    named = Identity("^https://github.com/octo/app/.+@refs/tags/v.+|x$", GITHUB)
    with pytest.raises(InputError, match=f"is that of the workflow {WORKFLOW}") as refused:
        token.judge({"claims": CLAIMS}, named, NOW)
    assert named.name in refused.value.accepted


def test_one_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(InputError, match="--identity-token: it holds no JWT") as refused:
        token.judge({"problem": "it holds no JWT"}, NAMED, NOW)
    assert "id-token: write" in refused.value.next_step
