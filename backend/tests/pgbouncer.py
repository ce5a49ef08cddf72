"""A real PgBouncer in transaction mode before a PostgreSQL of the tests."""

import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.patience import PATIENCE_SECONDS
from tests.postgres import as_itself, find_binaries
from tests.processes import free_port

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
# Fewer than the app's connections, so that transactions do change their sessions.
SESSIONS = 4
_SETTINGS = """
[databases]
* = host={home} port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {sessions}
"""


@contextmanager
def pooling(home: Path, server: int = 5432) -> Generator[str]:
    """Run it before the server whose files and socket are in a folder, and yield its URL.

    Args:
        home: the folder.
        server: port of the server, which its socket is named by.
    """
    port = free_port()
    settings = home / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(home=home, server=server, port=port, sessions=SESSIONS))
    settings.chmod(0o644)
    pooler = subprocess.Popen(
        [*as_itself(), str(PROGRAM), "--quiet", str(settings)], cwd=home, stderr=subprocess.DEVNULL
    )
    try:
        ready = [str(find_binaries() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while subprocess.run(ready).returncode:
            if pooler.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PgBouncer did not start; run {pooler.args} by hand to see why")
            time.sleep(0.05)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres?pgbouncer=true"
    finally:
        pooler.kill()
        pooler.wait()
