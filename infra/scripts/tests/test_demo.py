"""demo.sh runs the blocks of docs/demo-script.md in order, in one shell, to the first failure."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = """# Demo

<!-- not run: makes the cluster that the rest runs on -->
```sh
echo never
```

## 1. First

<!-- tested: demo -->
```sh
name='a "b" \\c'
{first}
```

## 2. Second

<!-- tested: demo -->
```sh
echo "said $name"
```
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "infra/scripts").mkdir(parents=True)
    (tmp_path / "state").mkdir()
    (tmp_path / "state/pipeline.env").touch()
    text = (ROOT / "infra/scripts/demo.sh").read_text()
    script = tmp_path / "infra/scripts/demo.sh"
    script.write_text(text.replace("/var/lib/todo-lab", str(tmp_path / "state")))
    script.chmod(0o755)
    (tmp_path / "docs/demo-script.md").write_text(PAGE.format(first="true"))
    return tmp_path


def demo(clone: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [clone / "infra/scripts/demo.sh", *arguments]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


def test_blocks_run_in_order_in_one_shell_each_shown_before(clone: Path) -> None:
    done = demo(clone)
    assert done.returncode == 0, done.stderr
    shown = [
        "== 1. First",
        "name='a \"b\" \\c'",
        "== 2. Second",
        'echo "said $name"',
        'said a "b" \\c',
    ]
    lines = [line for line in done.stdout.splitlines() if line]
    assert [line for line in lines if line != "true"] == shown
    assert "never" not in done.stdout


def test_a_step_that_fails_is_the_end(clone: Path) -> None:
    (clone / "docs/demo-script.md").write_text(PAGE.format(first="false | cat"))
    done = demo(clone)
    assert done.returncode == 1
    assert "Second" not in done.stdout


def test_a_list_runs_nothing_and_needs_no_cluster(clone: Path) -> None:
    (clone / "state/pipeline.env").unlink()
    done = demo(clone, "--list")
    assert done.returncode == 0
    assert 'echo "said $name"' in done.stdout
    assert "said a" not in done.stdout


def test_without_the_cluster_it_says_what_to_do(clone: Path) -> None:
    (clone / "state/pipeline.env").unlink()
    done = demo(clone)
    assert (done.returncode, done.stdout) == (2, "")
    assert "next: ./do deploy" in done.stderr


def test_a_page_without_steps_is_a_failure(clone: Path) -> None:
    (clone / "docs/demo-script.md").write_text("# Nothing\n")
    assert demo(clone).returncode == 2


def test_other_arguments_are_refused(clone: Path) -> None:
    done = demo(clone, "--lists")
    assert done.returncode == 2
    assert "there is no option '--lists'" in done.stderr


def test_the_real_page_has_its_five_steps() -> None:
    done = subprocess.run(
        [ROOT / "infra/scripts/demo.sh", "--list"], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("\n== ") == 5
    assert "faults/crash.yaml" in done.stdout
