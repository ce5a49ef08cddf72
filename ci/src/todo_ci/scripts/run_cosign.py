"""Run cosign several times, side by side; the order comes as JSON on standard input.

Standard library only, as `python3 -m scripts.run_cosign`. The registry's password, the key and its
password, or the token of who signs, are read from the files that REGISTRY_PASSWORD_FILE,
SIGNING_KEY_FILE, SIGNING_PASSWORD_FILE and IDENTITY_TOKEN_FILE name; cosign is given them in a file
that nobody else reads, and is removed, or in its environment, never as arguments. Prints a JSON
list of what each call answered.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from .identity_token import environment as identity
from .registry_login import given, home_with_login, run

SECONDS = 90
# What shells answer for a command that is not there, and for one that took too long.
ABSENT, TIMED_OUT = 127, 124


def main() -> int:
    """Do what the order says."""
    order: dict[str, Any] = json.load(sys.stdin)
    with home_with_login("cosign", order["host"], order["username"]) as home:
        environment = {
            **home,
            # The line's end that an editor adds is no part of it.
            "COSIGN_PASSWORD": given("SIGNING_PASSWORD_FILE").rstrip("\r\n"),
            "SIGNING_KEY": given("SIGNING_KEY_FILE").strip(),
            **identity(given("IDENTITY_TOKEN_FILE")),
        }
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(partial(_run, environment), order["calls"]))
    print(json.dumps(answers))
    return 0


def _run(environment: "dict[str, str]", arguments: "list[str]") -> "dict[str, Any]":
    try:
        done = run(["cosign", *arguments], environment, SECONDS)
    except FileNotFoundError:
        return {"exit": ABSENT, "stdout": "", "stderr": "there is no cosign on PATH: install it"}
    except subprocess.TimeoutExpired:
        return {"exit": TIMED_OUT, "stdout": "", "stderr": f"no end within {SECONDS} s"}
    return {"exit": done.returncode, "stdout": done.stdout, "stderr": done.stderr}


if __name__ == "__main__":
    sys.exit(main())
