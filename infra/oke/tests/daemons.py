"""Programs that run beside each other for as long as a block lasts."""

import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running(
    commands: Sequence[Sequence[str]], log: Path, environment: Mapping[str, str] | None = None
) -> Generator[list[subprocess.Popen[bytes]]]:
    """Run programs in the folder of their log; kill them, the last one first, when the block ends.

    Args:
        commands: argument lists.
        log: what all of them say.
        environment: their variables; those of this process when None.
    """
    started: list[subprocess.Popen[bytes]] = []
    try:
        with log.open("w") as output:
            for command in commands:
                started.append(
                    subprocess.Popen(
                        command, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent,
                        env=environment,
                    )
                )  # fmt: skip
        yield started
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()
