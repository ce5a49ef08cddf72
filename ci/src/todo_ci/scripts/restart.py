"""Restart Deployments and wait until they serve again: standard library only.

It is sent beside the program that uses it, or as a step of its own:

    python3 -m scripts.restart --namespace todo --timeout 60 deployment/todo-app-backend
"""

import argparse
import sys
import time
from collections.abc import Sequence

from .kubectl import KubectlError, kubectl

MARK_SECONDS = 15  # shorter than any Deployment may take


def restart(namespace: str, deployments: "Sequence[str]", timeout: int) -> None:
    """Make their pods anew, the new ones before the old ones go, and wait for them.

    Args:
        namespace: where they are.
        deployments: as kubectl names them, ``deployment/NAME``.
        timeout: seconds that each may take.

    Raises:
        KubectlError: naming the one that does not come back, and why.
    """
    for deployment in deployments:
        _rollout(namespace, "restart", deployment)
    for deployment in deployments:
        _await(namespace, deployment, timeout)


def _await(namespace: str, deployment: str, timeout: int) -> None:
    # For a moment a Deployment still carries the mark that its last rollout took too long.
    believed = time.monotonic() + MARK_SECONDS
    while True:
        try:
            _rollout(namespace, "status", deployment, f"--timeout={timeout}s")
        except KubectlError as error:
            if "progress deadline" not in str(error) or time.monotonic() > believed:
                raise
            time.sleep(1)
        else:
            return


def _rollout(namespace: str, verb: str, *arguments: str) -> None:
    try:
        kubectl("--namespace", namespace, "rollout", verb, *arguments)
    except KubectlError as error:
        raise KubectlError(f"kubectl rollout {verb} {arguments[0]}: {error}") from None


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Restart Deployments, and wait for them.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--timeout", type=int, required=True, help="seconds that each may take")
    parser.add_argument("deployments", nargs="+")
    given = parser.parse_args(arguments)
    try:
        restart(given.namespace, given.deployments, given.timeout)
    except KubectlError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
