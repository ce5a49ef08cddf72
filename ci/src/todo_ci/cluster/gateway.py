"""Ask the gateway from inside a step, as a person's program would."""

from collections.abc import Sequence

from todo_ci.cluster import kubectl
from todo_ci.core.ports import Step
from todo_ci.scripts import source


def probe(url: str, paths: Sequence[str], tries: int = 1) -> Step:
    """Ask some paths of an address, each until it answers 200.

    Args:
        url: ``http(s)://HOST[:PORT]``.
        paths: such as ``/``.
        tries: at most so many of each, a second apart.
    """
    argv = ("python3", "scripts/http_probe.py", "--url", url, "--tries", str(tries), *paths)
    files = {"scripts/http_probe.py": source("http_probe.py")}
    return kubectl.step(argv, files=files, timeout=20 + 12 * tries)
