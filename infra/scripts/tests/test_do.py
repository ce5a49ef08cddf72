"""`./do ci VERB --env local` has the embedded cluster's defaults; another environment has not."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOLCHAIN = 'need_ci() { :; }; PATH="$PWD/bin:$PATH"\n'
SAYS = '#!/bin/sh\necho "$* with ${LOGS_KUBECONFIG-none}"\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    for folder in ("bin", "infra/scripts", "state"):
        (tmp_path / folder).mkdir(parents=True)
    text = (ROOT / "do").read_text().replace("/var/lib/todo-lab", str(state))
    for name, content in {"do": text, "bin/todo-ci": SAYS}.items():
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "infra/scripts/toolchain.sh").write_text(TOOLCHAIN)
    (state / "pipeline.env").write_text("LOGS_KUBECONFIG=file:lab\n")
    return tmp_path


def do(clone: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "LOGS_KUBECONFIG"}
    done = subprocess.run(
        [clone / "do", *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("env", [["--env", "local"], ["--env=local"]])
def test_the_lab_brings_its_defaults(env: list[str], clone: Path) -> None:
    assert do(clone, "ci", "logs", *env) == f"logs {' '.join(env)} with file:lab"


def test_it_is_the_short_form_in_other_words(clone: Path) -> None:
    assert do(clone, "logs") == do(clone, "ci", "logs", "--env", "local")


def test_another_environment_has_none_of_them(clone: Path) -> None:
    assert do(clone, "ci", "logs", "--env", "oke") == "logs --env oke with none"


@pytest.mark.parametrize("project", [["--project", "theirs"], ["--project=theirs"]])
def test_another_app_has_none_of_them(project: list[str], clone: Path) -> None:
    said = do(clone, "ci", *project, "logs", "--env", "local")
    assert said == f"{' '.join(project)} logs --env local with none"


def test_another_app_that_a_variable_names_has_none_of_them(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TODO_CI_PROJECT", "theirs")
    assert do(clone, "ci", "logs", "--env", "local") == "logs --env local with none"


def test_images_are_pinned_in_the_tree_that_is_named(clone: Path) -> None:
    (clone / "infra/scripts/pin_images.py").write_text("import sys\nprint(*sys.argv[1:])\n")
    assert do(clone, "pin", "--check", "/their/app") == "--check /their/app"


def test_without_the_lab_the_verb_itself_says_what_is_missing(clone: Path) -> None:
    (clone / "state/pipeline.env").unlink()
    assert do(clone, "ci", "logs", "--env", "local") == "logs --env local with none"
