"""What goes on for minutes says how far it is while it runs, and shows no secret."""

from pathlib import Path

import anyio
import pytest

from todo_ci.adapters.host.progress import BuildProgress
from todo_ci.adapters.host.secrets import SecretStore
from todo_ci.adapters.host.shell import HostShell
from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.errors import ToolError

SECRET = "correct-horse-battery"
# It ends only once somebody heard its first line.
UNTIL_HEARD = """
echo "watch: the key is $KEY" >&2
echo "a word of the command" >&2
until [ -e "$HEARD" ]; do sleep 0.1; done
echo "watch: heard" >&2
"""


async def test_lines_of_progress_come_while_a_step_runs(repository: Path, tmp_path: Path) -> None:
    said: list[str] = []
    note = tmp_path / "heard"

    def say(line: str) -> None:
        said.append(line)
        note.touch()

    step = Step(
        Tool.KUBE,
        ("sh", "-c", UNTIL_HEARD),
        env={"HEARD": str(note)},
        secrets=(SecretUse("key", "KEY", as_file=False),),
        progress="watch: ",
        timeout=60,
    )
    with SecretStore({"key": SECRET}) as store:
        result = await HostShell(repository, store, say=say).run(step)
    assert result.ok
    assert said == ["watch: the key is ***", "watch: heard"]
    assert "a word of the command" in result.stderr


async def test_a_step_without_progress_is_silent(repository: Path) -> None:
    said: list[str] = []
    step = Step(Tool.KUBE, ("sh", "-c", "echo 'watch: me' >&2"))
    with SecretStore({}) as store:
        result = await HostShell(repository, store, say=said.append).run(step)
    assert (result.stderr, said) == ("watch: me\n", [])


async def test_a_build_that_takes_its_time_says_its_step() -> None:
    heard = anyio.Event()
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if "npm ci" in line:
            heard.set()

    progress = BuildProgress("frontend for linux/amd64", say, every=0.05)

    async def build() -> str:
        progress.hear(
            b"[1/2] STEP 1/5: FROM node\n[1/2] STEP 2/5: RUN npm ci\nadded 400 packages\n"
        )
        with anyio.fail_after(60):
            await heard.wait()
        return "built"

    assert await progress.told(build) == "built"
    assert said[-1].startswith("build: frontend for linux/amd64, ")
    assert said[-1].endswith(" s: [1/2] STEP 2/5: RUN npm ci")


async def test_a_quick_build_says_nothing_and_a_failed_one_only_its_error() -> None:
    said: list[str] = []

    async def fails() -> None:
        raise ToolError("no such base", next_step="look")

    with pytest.raises(ToolError, match="no such base"):
        await BuildProgress("backend", said.append).told(fails)
    assert said == []
