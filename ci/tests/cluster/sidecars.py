"""Take the sidecars of the backend away and bring them back: a command for the browser's tests.

Frozen, not killed: a killed one is back within seconds, before anybody could look.

    python sidecars.py down|up
"""

import argparse
import os
import signal
import sys
from pathlib import Path

# What pytest does for the tests beside this program.
sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx
import lab
import processes
from app_users import GATEWAY


def main(verb: str) -> None:
    """Freeze them all, or let them go on and wait until the app answers."""
    found = [processes.of_container(c) for c in processes.containers("backend", "daprd")]
    assert found, "no sidecar runs"
    for pid, _ in found:
        os.kill(pid, {"down": signal.SIGSTOP, "up": signal.SIGCONT}[verb])
    is_frozen = verb == "down"
    lab.until(verb, lambda: all((_state(pid) == "T") is is_frozen for pid, _ in found), 10)
    if not is_frozen:
        lab.until("the app answers", _answers, 60)
    print(f"sidecars {verb}: {found}")


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _answers() -> bool:
    return httpx.get(f"{GATEWAY}/api/health", timeout=10, trust_env=False).is_success


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("down", "up"))
    main(parser.parse_args().verb)
