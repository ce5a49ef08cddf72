"""The promise: several questions cost one step, and each is answered as if it were asked alone."""

import json
import sys
from pathlib import Path

import anyio
import pytest
from fake_objects import bad

from todo_ci.cluster import batch, kubectl
from todo_ci.core.ports import Result, Step
from todo_ci.scripts import source


class Machine:
    """Run a step as a process, as the adapters do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ran = 0

    async def run(self, step: Step) -> Result:
        self.ran += 1
        for name, text in step.files.items():
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        done = await anyio.run_process(
            [sys.executable, *step.argv[1:]], cwd=self.folder, input=step.stdin.encode(),
            check=False,
        )  # fmt: skip
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode(), 0)


async def test_each_command_is_answered_in_its_order(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with_file = kubectl.step(("cat", "scripts/a.txt"), files={"scripts/a.txt": "from its file"})
    first, second, third, fourth = await batch.side_by_side(
        machine,
        kubectl.step(("sh", "-c", "echo out; echo err >&2; exit 3")),
        with_file,
        kubectl.step(("no-such-command",)),
        kubectl.step(("sleep", "20"), timeout=0.2),
    )
    assert machine.ran == 1
    assert (first.exit_code, first.stdout, first.stderr) == (3, "out\n", "err\n")
    assert (second.ok, second.stdout) == (True, "from its file")
    assert not third.ok
    assert "no-such-command" in third.stderr
    assert fourth.timed_out
    assert not fourth.ok


async def test_where_the_one_step_fails_each_of_them_has_failed() -> None:
    class Broken:
        async def run(self, step: Step) -> Result:
            return bad("connection refused")

    results = await batch.side_by_side(Broken(), kubectl.get("lease", "a"), kubectl.get("b", "c"))
    assert [result.stderr for result in results] == ["connection refused"] * 2


def test_the_step_waits_as_long_as_its_slowest_command_and_no_cache_answers() -> None:
    made = batch.combined((kubectl.step(("a",), timeout=5), kubectl.step(("b",), timeout=50)))
    assert made.timeout > 50
    assert made.network
    assert made.files["scripts/run_batch.py"] == source("run_batch.py")
    assert [command["argv"] for command in json.loads(made.stdin)] == [["a"], ["b"]]


@pytest.mark.parametrize("step", [kubectl.create("{}"), kubectl.step(("a",), inputs=("chart",))])
def test_what_needs_more_than_files_is_not_put_together(step: Step) -> None:
    with pytest.raises(ValueError, match="needs more"):
        batch.combined((step,))
