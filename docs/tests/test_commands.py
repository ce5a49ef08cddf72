"""Every command that a page names exists, and takes the flags that the page gives it."""

import subprocess

import pytest

from command_lines import ROOT, Command, commands, fault

PAGES = subprocess.run(
    ["git", "-C", str(ROOT), "ls-files", "*.md"], capture_output=True, text=True, check=True
).stdout.split()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_it_names_can_be_called(page: str) -> None:
    found = commands((ROOT / page).read_text())
    assert [(it.text, wrong) for it in found if (wrong := fault(it))] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("./do deplyo", "./do has no verb 'deplyo'"),
        ("./do logs --lines 5 --colour", "logs has no flag --colour"),
        ("./do ci lgos", "todo-ci has no verb 'lgos'"),
        ("./do ci logs", "logs wants --env"),
        ("./do ci --project examples/guestbook lgos", "todo-ci has no verb 'lgos'"),
        ("todo-ci --project . logs", "logs wants --env"),
        ("./do lab begin", "lab has no verb 'begin'"),
        ("./do down --all", "down has no flag --all"),
        ("./do test lnit", "there is no part 'lnit'"),
        ("./do e2e ci/tests/gone.py", "there is no ci/tests/gone.py"),
        ("./do e2e --matrx", "e2e has no flag --matrx"),
        ("./do dev --ports 3001", "dev has no flag --ports"),
        ("./do bench --fast", "bench has no flag --fast"),
        ("./do pin --chekc", "pin has no flag --chekc"),
        ("todo-ci release --env oke", "todo-ci has no verb 'release'"),
        ("todo-ci deploy --env oke --image x", "deploy has no flag --image"),
        ("todo-ci secrets", "secrets wants --env"),
        ("dagger call release", "the module has no verb 'release'"),
        ("dagger call --charts=x chart", "the module has no flag --charts"),
        ("dagger -m there call --source . rlease", "the module has no verb 'rlease'"),
        ("dagger call deploy --report-only --env oke tabel", "deploy has no result 'tabel'"),
        ("dagger call deploy --env oke --image x", "deploy has no flag --image"),
        ("dagger call deploy --dry-run table", "deploy wants --env"),
        ("dagger call deploy --env oke tables", "deploy has no result 'tables'"),
        ("dagger check charts", "there is no check 'charts'"),
    ],
)
def test_a_command_that_cannot_be_called_is_found(text: str, wrong: str) -> None:
    (command,) = commands(f"As in:\n\n```sh\n{text}   # what it does\n```\n")
    assert fault(command).startswith(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "./do deploy --dry-run",
        "./do ci logs --env local --lines 5",
        "./do lab logs kafka -n 5",
        "./do ci --project examples/guestbook logs --env local",
        "todo-ci logs --env local --project .",
        "todo-ci deploy --help",
        "dagger call --chart=. deploy --env oke --dry-run --api tcp://127.0.0.1:6443 table",
        "dagger call test coverage export --path coverage.xml",
        "dagger check lint",
    ],
)
def test_a_command_that_can_be_called_is_not(text: str) -> None:
    (command,) = commands(f"    {text}\n")
    assert fault(command) == ""


def test_commands_are_found_in_blocks_and_sentences() -> None:
    page = (
        "Call `todo-ci secrets`, or:\n\n    ./do dev | cat   # ./do logs; todo-ci logs --env oke\n"
    )
    assert commands(page) == [
        Command("todo-ci secrets", in_block=False),
        Command("./do dev"),
        Command("./do logs"),
        Command("todo-ci logs --env oke"),
    ]
