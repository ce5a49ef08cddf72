"""Run cosign several times, side by side; the order comes as JSON on standard input.

Standard library only. The registry's password, the key and its password are read from the files
that REGISTRY_PASSWORD_FILE, SIGNING_KEY_FILE and SIGNING_PASSWORD_FILE name; cosign is given them
in files that nobody else reads, and are removed, or in its environment, never as arguments. Prints
a JSON list of what each call answered.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

SECONDS = 90
# What shells answer for a command that is not there, and for one that took too long.
ABSENT, TIMED_OUT = 127, 124


def main() -> int:
    """Do what the order says."""
    order: dict[str, Any] = json.load(sys.stdin)
    with tempfile.TemporaryDirectory(prefix="cosign-", dir=_memory()) as folder:
        home = Path(folder)
        _sign_in(home, order["host"], order["username"])
        environment = {
            **os.environ,
            "HOME": folder,
            "DOCKER_CONFIG": folder,
            # The line's end that an editor adds is no part of it.
            "COSIGN_PASSWORD": _given("SIGNING_PASSWORD_FILE").rstrip("\r\n"),
            "SIGNING_KEY": _given("SIGNING_KEY_FILE").strip(),
        }
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(partial(_run, environment), order["calls"]))
    print(json.dumps(answers))
    return 0


def _run(environment: "dict[str, str]", arguments: "list[str]") -> "dict[str, Any]":
    try:
        done = subprocess.run(
            ["cosign", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        return {"exit": ABSENT, "stdout": "", "stderr": "there is no cosign on PATH: install it"}
    except subprocess.TimeoutExpired:
        return {"exit": TIMED_OUT, "stdout": "", "stderr": f"no end within {SECONDS} s"}
    return {"exit": done.returncode, "stdout": done.stdout, "stderr": done.stderr}


def _sign_in(home: Path, host: str, username: str) -> None:
    password = _given("REGISTRY_PASSWORD_FILE").strip()
    if not (username and password):
        return
    auth = base64.b64encode(f"{username}:{password}".encode()).decode()
    path = home / "config.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({"auths": {host: {"auth": auth}}}), encoding="utf-8")


def _given(variable: str) -> str:
    path = os.environ.get(variable, "")
    return Path(path).read_text(encoding="utf-8") if path else ""


def _memory() -> "str | None":
    """Find a folder in memory: what is there is gone with the machine."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


if __name__ == "__main__":
    sys.exit(main())
