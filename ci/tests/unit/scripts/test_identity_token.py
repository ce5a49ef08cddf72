"""The token of who signs reaches cosign by its environment, whichever way it was given."""

import json
from pathlib import Path

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


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("https://token.example:no-port/?v=2\nthe-bearer", "GitHub gives no token"),
        ("file:///etc/hostname\nthe-bearer", "it holds no JWT"),
        ("no.jwt.here", "it holds no JWT"),
    ],
)
def test_what_gives_no_token_is_a_problem_that_names_no_bearer(
    given: str,
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "token").write_text(given)
    monkeypatch.setenv("IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    assert identity_token.main() == 0
    said = capsys.readouterr().out
    assert problem in json.loads(said)["problem"]
    assert "the-bearer" not in said
