"""Each block of commands in a guide is run by a test that is there, or says why it is not run."""

import re
import subprocess
from dataclasses import dataclass

import pytest
from testrun.tasks import has_test

from command_lines import ROOT

GUIDES = (
    "docs/oke-deployment.md", "docs/deployment-checklist.md", "docs/demo-script.md",
    "docs/monitoring.md", "docs/dapr-integration.md", "docs/troubleshooting.md",
    "docs/your-app.md", "docs/promotion.md", "docs/rehearsal.md", "docs/canary.md",
    "docs/preview.md", "infra/oke/README.md",
)  # fmt: skip
PAGES = subprocess.run(
    ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    capture_output=True, text=True, check=True,
).stdout.split()  # fmt: skip
TESTS = [ROOT / "ci/tests" / folder for folder in ("cluster", "another_app")]
_BLOCK = re.compile(r"(?:^<!-- ([^\n]*) -->\n)?^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^\n {4,}\S.*$", re.MULTILINE)
_SCRIPT = re.compile(
    r"(?<![\w/])(infra/(?:oke|scripts)/[\w-]+\.sh)\b((?: (?! )[^ \n`|&;,)\"#<>]+)*)"
)
_REASON = 20  # characters that a reason has at least


@dataclass(frozen=True)
class Block:
    """Hold the commands of a block and the mark before it."""

    mark: str
    script: str


def blocks(page: str) -> list[Block]:
    """Return the blocks of a page in their order."""
    return [Block(*found) for found in _BLOCK.findall(page)]


def fault(block: Block) -> str:
    """Say what is wrong with a block: its mark, or its syntax; empty when nothing is."""
    kind, _, said = block.mark.partition(": ")
    if kind == "not run":
        wrong = "" if len(said) >= _REASON else f"{said!r} is no reason"
    elif kind == "tested":
        wrong = _without_test(said)
    else:
        wrong = f"{block.mark!r} says neither `tested: …` nor `not run: why`"
    return wrong or _syntax(block.script)


def _without_test(said: str) -> str:
    path, _, name = said.partition("::")
    if not name:
        texts = (test.read_text() for folder in TESTS for test in folder.glob("test_*.py"))
        read = said == "demo" or any(f'["{said}"]' in text for text in texts)
        return "" if read else f"no test reads the block {said!r}"
    file = ROOT / path
    there = file.is_file() and has_test(file, name)
    return "" if there else f"there is no test {said}"


def _syntax(script: str) -> str:
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    return done.stderr


def script_faults(page: str) -> list[str]:
    """Name the scripts of infra/ that a page calls and that cannot be called so."""
    wrong: list[str] = []
    for path, words in _SCRIPT.findall(page):
        file = ROOT / path
        if not file.is_file():
            wrong.append(f"there is no {path}")
            continue
        flags = [word.partition("=")[0] for word in words.split() if word.startswith("--")]
        text = file.read_text()
        wrong += [f"{path} has no option {it}" for it in flags if not re.search(rf"{it}\b", text)]
    return wrong


@pytest.mark.parametrize("page", GUIDES)
def test_every_block_is_run_or_says_why_not(page: str) -> None:
    text = (ROOT / page).read_text()
    assert [(it.script, wrong) for it in blocks(text) if (wrong := fault(it))] == []


def test_the_dashboard_is_said_to_have_ended_and_how_to_have_it_all_the_same() -> None:
    text = (ROOT / "docs/monitoring.md").read_text()
    section = text.partition("### Dapr's dashboard\n")[2].partition("\n## ")[0]
    assert "archived" in section
    (block,) = blocks(section)
    assert block.mark.startswith("not run: an archived chart")
    assert "--version 0.15.0" in block.script
    assert "port-forward service/dapr-dashboard" in block.script


@pytest.mark.parametrize("helper", ["kubectl-ai", "kagent"])
def test_what_asks_a_model_says_that_it_needs_a_key(helper: str) -> None:
    text = (ROOT / "docs/monitoring.md").read_text()
    found = [it for it in blocks(text) if helper in it.script]
    assert found
    assert [it.mark for it in found if not it.mark.startswith("not run: needs a model's key")] == []
    assert all("_API_KEY=..." in it.script for it in found)


@pytest.mark.parametrize("page", GUIDES)
def test_no_block_escapes_by_its_form(page: str) -> None:
    text = (ROOT / page).read_text()
    assert len(blocks(text)) == len(
        re.findall(r"^ *```(?:sh|bash|console|shell)\b", text, re.MULTILINE)
    )
    assert _INDENTED.findall(text) == []


@pytest.mark.parametrize("spaces", [4, 7])
def test_a_block_by_indentation_is_found(spaces: int) -> None:
    assert _INDENTED.findall(f"1. As in:\n\n{' ' * spaces}kubectl get pods\n")
    assert not _INDENTED.findall(f"1. As\n{' ' * spaces}goes on\n\n   and on\n")


@pytest.mark.parametrize("page", PAGES)
def test_every_script_it_names_takes_the_options_it_is_given(page: str) -> None:
    assert script_faults((ROOT / page).read_text()) == []


@pytest.mark.parametrize(
    ("mark", "script", "wrong"),
    [
        ("", "true", "'' says neither"),
        ("<!-- run: logs -->\n", "true", "'run: logs' says neither"),
        ("<!-- tested: no_such_block -->\n", "true", "no test reads the block 'no_such_block'"),
        ("<!-- tested: docs/tests/test_blocks.py::test_gone -->\n", "true", "there is no test"),
        ("<!-- not run: later -->\n", "true", "'later' is no reason"),
        ("<!-- not run: an account of Oracle's is needed -->\n", "if true", "syntax error"),
    ],
)
def test_a_block_that_nothing_runs_is_found(mark: str, script: str, wrong: str) -> None:
    (block,) = blocks(f"As in:\n\n{mark}```sh\n{script}\n```\n")
    assert wrong in fault(block)


@pytest.mark.parametrize(
    "mark",
    [
        "tested: logs",
        "tested: docs/tests/test_blocks.py::test_every_block_is_run_or_says_why_not",
        "not run: an account of Oracle's is needed",
    ],
)
def test_a_block_that_is_run_or_says_why_not_is_not(mark: str) -> None:
    (block,) = blocks(f"<!-- {mark} -->\n```sh\ntrue\n```\n")
    assert fault(block) == ""


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("`infra/oke/gone.sh --yes`", "there is no infra/oke/gone.sh"),
        (
            "    infra/scripts/deploy-oke.sh --colour",
            "infra/scripts/deploy-oke.sh has no option --colour",
        ),
        (
            "infra/scripts/verify-deployment.sh --revision=1 --ur x",
            "infra/scripts/verify-deployment.sh has no option --ur",
        ),
    ],
)
def test_a_script_that_cannot_be_called_so_is_found(line: str, wrong: str) -> None:
    assert script_faults(line) == [wrong]


def test_a_script_that_can_be_called_so_is_not() -> None:
    assert script_faults("infra/scripts/deploy-oke.sh --env oke --dry-run   # --colour") == []
