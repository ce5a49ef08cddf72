"""Run several commands side by side and say how each ended; sent into a step as one file.

Standard library only. The commands come as a JSON list on standard input, the answers go as one to
standard output, in the same order.
"""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

TIMED_OUT = 124
NOT_FOUND = 127


def run(command: "dict[str, Any]") -> "dict[str, Any]":
    """Run one command to its end."""
    start = time.monotonic()
    code, out, err = _run(command["argv"], command["timeout"])
    seconds = round(time.monotonic() - start, 3)
    return {"exit": code, "stdout": out, "stderr": err, "seconds": seconds}


def _run(argv: "list[str]", timeout: float) -> "tuple[int, str, str]":
    try:
        done = subprocess.run(argv, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return TIMED_OUT, "", ""
    except FileNotFoundError:
        return NOT_FOUND, "", f"cannot find {argv[0]!r}"
    return (
        done.returncode,
        done.stdout.decode(errors="replace"),
        done.stderr.decode(errors="replace"),
    )


def main() -> int:
    """Run them all."""
    commands = json.load(sys.stdin)
    with ThreadPoolExecutor(max_workers=len(commands)) as pool:
        print(json.dumps(list(pool.map(run, commands))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
