"""Run lanes of parts side by side: one line for each part as it ends, all ended by Ctrl-C."""

import asyncio
import os
import signal
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from testrun import records
from testrun.parts import JUNIT, Part
from testrun.records import Record

# Seconds a part that must end has after INT, on which alone pytest tears down, then after TERM.
GRACE = (20.0, 10.0)
NOT_FOUND = 127
# Thousands of kubectl and helm, which end within a second: a sixth of each would be for memory that
# the machine has.
_GOGC = "400"
# Each part has a session of its own, and a kernel that shares its processors among sessions first
# (autogroups) lets `nice` weigh within one alone. Both leave a quarter beside one that is busy.
_AS_ONE_THAT_YIELDS = 'echo 5 2>/dev/null >/proc/self/autogroup || :; exec nice -n 5 "$@"'
_YIELDING = ("sh", "-c", _AS_ONE_THAT_YIELDS, "sh")


def run(
    lanes: Sequence[Sequence[str]],
    parts: Mapping[str, Part],
    folder: Path,
    arguments: Sequence[str] = (),
    yielding: Collection[str] = (),
) -> bool:
    """Run every part to its end and keep what it left in a folder; tell whether all did.

    Args:
        lanes: names of parts; lanes run side by side, the parts of one after the other.
        parts: by their names.
        folder: for results, output and records.
        arguments: further ones for each command, in place of its own paths.
        yielding: parts that come second where others want the processors too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in (name for lane in lanes for name in lane):
        records.clear(folder, name, parts[name])

    async def run_lane(lane: Sequence[str]) -> None:
        for name in lane:
            prefix = _YIELDING if name in yielding else ()
            await _run_part(name, parts[name], folder, arguments, prefix)

    async def run_all() -> None:
        task = asyncio.current_task()
        assert task is not None, "asyncio.run makes one"  # noqa: S101
        for number in (signal.SIGINT, signal.SIGTERM):
            # Once: a second one would cut the ending of the parts short.
            asyncio.get_running_loop().add_signal_handler(
                number, lambda: task.cancelling() or task.cancel()
            )
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(run_lane(lane))

    try:
        asyncio.run(run_all())
    except asyncio.CancelledError:
        return False
    return True


async def _run_part(
    name: str, part: Part, folder: Path, arguments: Sequence[str], prefix: Sequence[str]
) -> None:
    start = time.monotonic()
    path = records.log(folder, name)
    command = [word.replace(JUNIT, str(folder)) for word in part.command]
    argv = [*prefix, *command, *(arguments or part.paths)]
    env = {"GOGC": _GOGC, **os.environ}
    env.pop("JUNIT_DIR", None)
    if part.reads_junit_dir:
        env["JUNIT_DIR"] = str(folder)
    with path.open("wb") as output:
        code = await _to_end(argv, env, None if part.live else output)
    record = Record(name, code, round(time.monotonic() - start, 1))
    record.write(folder)
    _say(record, path)


async def _to_end(argv: Sequence[str], env: Mapping[str, str], output: IO[bytes] | None) -> int:
    # A group of its own: whatever the part started ends with it.
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, env=env, stdout=output, stderr=output, start_new_session=True
        )
    except OSError as error:
        if output is not None:
            output.write(f"{error}\n".encode())
        return NOT_FOUND
    try:
        return await process.wait()
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    for number, grace in zip((signal.SIGINT, signal.SIGTERM), GRACE, strict=True):
        if process.returncode is None:
            _signal_group(process.pid, number)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), grace)
    _signal_group(process.pid, signal.SIGKILL)
    await process.wait()


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _say(record: Record, path: Path) -> None:
    ended = f"failed ({record.exit_code})" if record.exit_code else "passed"
    last = "" if record.exit_code else last_line(path)
    print(f"{record.name:<11} {ended:<12} {record.seconds:6.0f} s  {last}".rstrip(), flush=True)


def last_line(path: Path) -> str:
    """Return the last line of a log that says something."""
    lines = path.read_text(errors="replace").split("\n")
    return next((line.strip("= ") for line in reversed(lines) if line.strip()), "")
