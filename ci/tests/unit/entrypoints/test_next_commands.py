"""What an error tells to run can be typed as it stands, whichever front end was called."""

import os
import subprocess
from pathlib import Path

import pytest

from todo_ci.entrypoints.next_commands import FrontEnd, in_words_of, place_of

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("text", "dagger", "do"),
    [
        ("next: todo-ci status", "next: dagger call status", "next: ./do status"),
        (
            "todo-ci secrets --env local --kafka-brokers A",
            "dagger call secrets --env local --kafka-brokers A",
            "./do ci secrets --env local --kafka-brokers A",
        ),
        (
            "todo-ci logs --env local --lines 9",
            "dagger call logs --env local --lines 9",
            "./do logs --lines 9",
        ),
        (
            "`todo-ci publish --format json` prints it",
            "`dagger call publish json` prints it",
            "`./do ci publish --format json` prints it",
        ),
        (
            "todo-ci publish, then todo-ci deploy",
            "dagger call publish, then dagger call deploy",
            "./do ci publish, then ./do deploy",
        ),
        ("infra/oke/kubeconfig.sh", "infra/oke/kubeconfig.sh", "infra/oke/kubeconfig.sh"),
    ],
)
def test_commands_are_in_the_words_of_the_caller(text: str, dagger: str, do: str) -> None:
    assert in_words_of(FrontEnd.COMMAND, text) == text
    assert in_words_of(FrontEnd.DAGGER, text) == dagger
    assert in_words_of(FrontEnd.DO, text) == do


@pytest.mark.parametrize(
    ("environment", "text", "command", "dagger", "do"),
    [
        ("local", "todo-ci status", "todo-ci status --env local", "dagger call status --env local",
         "./do status"),
        ("oke", "todo-ci logs, then todo-ci deploy again",
         "todo-ci logs --env oke, then todo-ci deploy --env oke again",
         "dagger call logs --env oke, then dagger call deploy --env oke again",
         "./do ci logs --env oke, then ./do ci deploy --env oke again"),
        ("oke", "todo-ci rollback --revision 3", "todo-ci rollback --env oke --revision 3",
         "dagger call rollback --env oke --revision 3", "./do ci rollback --env oke --revision 3"),
        ("moon", "todo-ci deploy --env local", "todo-ci deploy --env local",
         "dagger call deploy --env local", "./do deploy"),
        ("oke", "todo-ci build", "todo-ci build", "dagger call build", "./do ci build"),
    ],
)  # fmt: skip
def test_a_next_command_is_for_the_environment_that_the_call_was_for(
    environment: str, text: str, command: str, dagger: str, do: str
) -> None:
    assert in_words_of(FrontEnd.COMMAND, text, environment) == command
    assert in_words_of(FrontEnd.DAGGER, text, environment) == dagger
    assert in_words_of(FrontEnd.DO, text, environment) == do


def test_a_next_command_is_for_the_app_that_the_call_was_for() -> None:
    text = "todo-ci logs, then todo-ci rollback --revision 3"
    shown = {it: in_words_of(it, text, "local", project="examples/guestbook") for it in FrontEnd}
    flag = "--project examples/guestbook"
    assert shown[FrontEnd.COMMAND] == (
        f"todo-ci {flag} logs --env local, then todo-ci {flag} rollback --env local --revision 3"
    )
    # ./do VERB is this repository's own app.
    assert shown[FrontEnd.DO] == shown[FrontEnd.COMMAND].replace("todo-ci", "./do ci")
    assert shown[FrontEnd.DAGGER].startswith(
        f"dagger -m MODULE call --source . {flag} logs --env local"
    )
    whole = in_words_of(FrontEnd.DAGGER, text, "local", project=".")
    assert whole.startswith("dagger -m MODULE call --source . logs --env local")
    assert "--project 'a folder' logs" in in_words_of(FrontEnd.COMMAND, text, project="a folder")


def test_a_front_end_that_there_is_not_is_refused_before_the_verb_runs() -> None:
    done = subprocess.run(
        ["todo-ci", "deploy", "--env", "moon"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "TODO_CI_CALLED_AS": "make"},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("TODO_CI_CALLED_AS='make' names no way")
    assert (
        "accepted: 'todo-ci', 'dagger call', './do'\nnext: unset TODO_CI_CALLED_AS" in done.stderr
    )
    assert "moon" not in done.stderr


@pytest.mark.parametrize(
    ("called_as", "named"), [("", "next: todo-ci status"), ("./do", "next: ./do status")]
)
def test_the_command_speaks_as_it_was_called(called_as: str, named: str) -> None:
    done = subprocess.run(
        ["todo-ci", "deploy", "--env", "moon"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "TODO_CI_CALLED_AS": called_as},
    )  # fmt: skip
    assert done.returncode == 1
    assert named in done.stderr


@pytest.mark.parametrize("front_end", FrontEnd)
def test_a_default_argument_is_that_of_the_verb_that_was_called(front_end: FrontEnd) -> None:
    text = "add --url, or set <VERB>_URL in .env"
    worded = in_words_of(front_end, text, verb="rollback")
    assert worded == "add --url, or set ROLLBACK_URL in .env"
    assert in_words_of(front_end, text) == text


def test_a_preview_is_named_as_it_was_called_for() -> None:
    place = place_of({"env": "preview", "name": "pr-12"})
    assert place == "preview/pr-12"
    assert (place_of({"env": "oke"}), place_of({"to": "next"}), place_of({})) == ("oke", "next", "")
    worded = in_words_of(FrontEnd.COMMAND, "todo-ci logs", place)
    assert worded == "todo-ci logs --env preview/pr-12"
    one = "todo-ci logs --env local/pr-12"
    assert in_words_of(FrontEnd.DO, one) == "./do ci logs --env local/pr-12"
    assert in_words_of(FrontEnd.DAGGER, worded) == "dagger call logs --env preview/pr-12"
