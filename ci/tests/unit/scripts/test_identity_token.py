"""The token of who signs reaches cosign by its environment, whichever way it was given."""

import pytest

from todo_ci.scripts import identity_token


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("", {}),
        ("\n", {}),
        ("a.jwt.here\r\n", {"SIGSTORE_ID_TOKEN": "a.jwt.here"}),
        (
            "https://token.example/?v=2\r\nthe-bearer\n",
            {
                "ACTIONS_ID_TOKEN_REQUEST_URL": "https://token.example/?v=2",
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "the-bearer",
            },
        ),
    ],
)
def test_a_token_or_the_way_to_one(given: str, found: dict[str, str]) -> None:
    assert identity_token.environment(given) == found
