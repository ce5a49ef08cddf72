r"""The pipeline's command, made to end at one of its steps: killed, or cut off from the cluster.

    python interrupted_commands.py --at upgrade --when after --how killed --mark FILE \
        -- deploy --env local

It is ``todo-ci`` over the host's own adapters, which watch for the step. ``FILE`` is written at the
moment it happens: a test that does not find it has shown nothing. The Lease is a short one, so that
whoever comes next need not wait for long.
"""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))
import lab
from short_lease import SHORT

from tcp_proxies import TcpProxy
from todo_ci.adapters.host import context
from todo_ci.adapters.host.images import HostImages
from todo_ci.adapters.host.shell import HostShell
from todo_ci.cli import app
from todo_ci.core.context import Context
from todo_ci.core.ports import BuiltImage, Result, Step
from todo_ci.entrypoints.cli.runner import launch

# Into the middle of a step, counted from when helm has begun to change something.
MIDDLE_SECONDS = 1.5


def point_of(step: Step) -> str:
    """Name the part of a deploy or rollback that a step is; empty for one that only reads."""
    argv = step.argv
    if "scripts/supervise/fence.py" in step.files:
        argv = argv[argv.index("--") + 1 :]
    if "scripts/http_probe.py" in step.files:
        return "verify"
    if "scripts/supervise/watch.py" in step.files:
        return "upgrade" if "upgrade" in argv else "return"
    match argv:
        case ("helm", "template", *_):
            return "render"
        case ("helm", "rollback" | "uninstall", *_):
            return "heal"
        case ("helm", "test", *_):
            return "test"
        case ("kubectl", _, _, _, "create" | "replace", *_):
            return "lock"
        case ("kubectl", _, _, _, "label", *_):
            return "verdict"
        case _:
            return ""


class End:
    """End this process, or its network, once and at the right moment."""

    def __init__(self, at: str, when: str, mark: Path, strike: Callable[[], None]) -> None:
        self._at, self._when, self._mark, self._strike = at, when, mark, strike

    def reached(self, point: str, when: str) -> None:
        """Strike, where this is the moment."""
        if (point, when) != (self._at, self._when) or self._mark.exists():
            return
        self._mark.write_text(f"{point} {when}")
        self._strike()

    @contextmanager
    def inside(self, point: str) -> Generator[None]:
        """Strike in the middle of what the block does."""
        over = threading.Event()
        if (point, "during") == (self._at, self._when):
            threading.Thread(target=self._middle, args=(point, over), daemon=True).start()
        yield
        over.set()

    def _middle(self, point: str, over: threading.Event) -> None:
        while point != "test" and not pending() and not over.is_set():
            time.sleep(0.1)
        if not over.wait(MIDDLE_SECONDS):
            self.reached(point, "during")


def pending() -> bool:
    """Tell whether helm is in the middle of something, seen by an administrator."""
    return lab.latest()["status"].startswith("pending-")


class DyingShell(HostShell):
    """Run steps until the end comes."""

    end: End

    async def run(self, step: Step) -> Result:
        """Run one step, with an eye on the moments around it."""
        point = point_of(step)
        self.end.reached(point, "before")
        with self.end.inside(point):
            result = await super().run(step)
        self.end.reached(point, "after")
        return result


class DyingImages(HostImages):
    """Push images until the end comes."""

    end: End

    async def push(self, image: BuiltImage, reference: str) -> str:
        """Push one image, with an eye on the moments around it."""
        self.end.reached("publish", "before")
        digest = await super().push(image, reference)
        self.end.reached("publish", "after")
        return digest


def through(proxy: TcpProxy, verb: str, folder: Path) -> None:
    """Point the verb's kubeconfig at a proxy."""
    variable = f"{verb.upper()}_KUBECONFIG"
    given = Path(os.environ[variable].removeprefix("file:").removeprefix("//"))
    config = yaml.safe_load(given.read_text())
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{proxy.port}"
    path = folder / "kubeconfig"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(config))
    os.environ[variable] = f"file:{path}"


def address(verb: str) -> tuple[str, int]:
    """Return where the verb's kubeconfig finds the API server."""
    path = os.environ[f"{verb.upper()}_KUBECONFIG"].removeprefix("file:").removeprefix("//")
    server = yaml.safe_load(Path(path).read_text())["clusters"][0]["cluster"]["server"]
    host, _, port = server.removeprefix("https://").partition(":")
    return host, int(port)


def run() -> int:
    """Read what is wanted, and run todo-ci with it."""
    parser = argparse.ArgumentParser()
    for name in ("--at", "--when", "--how", "--mark"):
        parser.add_argument(name, required=True)
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    mark = Path(given.mark)
    with TcpProxy(*address(given.command[0])).running() as proxy:
        if given.how == "cut off":
            through(proxy, given.command[0], mark.parent)
            strike = proxy.cut
        else:
            strike = partial(os.kill, os.getpid(), signal.SIGKILL)
        DyingShell.end = DyingImages.end = End(given.at, given.when, mark, strike)
        context.HostShell = DyingShell
        context.HostImages = DyingImages
        context.Context = partial(Context, timing=SHORT)
        return launch(app, given.command)


if __name__ == "__main__":
    sys.exit(run())
