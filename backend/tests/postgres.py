"""A private PostgreSQL server, from the machine's own binaries, for one test run."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql")
# A constant of its own: the chart's tests load this file alone.
_PATIENCE_SECONDS = 60
# Nothing here outlives the machine, so nothing has to reach its disk. Commits stay synchronous: a
# test serves again the files of a server that was killed.
FAST = ("fsync=off", "full_page_writes=off")
INITDB = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]


def find_binaries(root: Path = BINARIES) -> Path:
    """Return the folder of the newest PostgreSQL; fail, never skip, when there is none."""
    found = sorted(root.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError(
            f"no PostgreSQL below {root}, which half the tests need. "
            "Next: apt-get install postgresql"
        )
    return found[-1].parent


@contextmanager
def running_server(options: Sequence[str] = FAST, port: int | None = None) -> Generator[str]:
    """Start a server that listens on a socket of its own, and yield the URL of its cluster.

    Args:
        options: settings, each ``name=value``.
        port: port of 127.0.0.1 to listen on instead, for clients that know no sockets.
    """
    with cluster() as home, serving(home, options, port) as url:
        yield url


@contextmanager
def cluster() -> Generator[Path]:
    """Make the files of a server, to be served once or several times, and remove them."""
    home = Path(tempfile.mkdtemp(prefix="todo-postgres-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(home, account.pw_uid, account.pw_gid)
    try:
        initdb = str(find_binaries() / "initdb")
        _call([*as_itself(), initdb, *INITDB, f"--pgdata={home / 'data'}"], home)
        yield home
    finally:
        shutil.rmtree(home)


@contextmanager
def serving(
    home: Path,
    options: Sequence[str] = FAST,
    port: int | None = None,
    address: str = "127.0.0.1",
) -> Generator[str]:
    """Serve the files of a cluster on a socket beside them, or a port, and yield its URL.

    Args:
        home: what `cluster` yields.
        options: settings, each ``name=value``.
        port: of `address`, to listen on instead of the socket alone.
        address: of this machine.
    """
    binaries = find_binaries()
    host = str(home) if port is None else address
    listen = ["listen_addresses="] if port is None else [f"listen_addresses={host}", f"port={port}"]
    settings = [part for option in (*listen, *options) for part in ("-c", option)]
    postgres = [str(binaries / "postgres"), "-D", str(home / "data"), "-k", str(home)]
    server = subprocess.Popen(
        [*as_itself(), *postgres, *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
    )
    try:
        _wait([str(binaries / "pg_isready"), "-q", "-h", host, "-p", str(port or 5432)], server)
        if port is None:
            yield f"postgresql://postgres@/postgres?host={home}"
        else:
            yield f"postgresql://postgres@{host}:{port}/postgres"
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()


def as_itself() -> list[str]:
    """Return the words before a command that run it as PostgreSQL's own account."""
    # It refuses to run as root; and it dies with this process, however that one ends.
    run = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        ids = ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid)]
        run += [*ids, "--clear-groups"]
    return run


def _wait(asking: list[str], server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while subprocess.run(asking).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start; run {server.args} by hand to see why")
        time.sleep(0.05)


def _call(arguments: list[str], directory: Path) -> None:
    done = subprocess.run(arguments, cwd=directory, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{arguments[-1]}: {done.stderr}")
