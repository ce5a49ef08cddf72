"""Run PostgreSQL for the app: a database cluster of its own, apart from the machine's."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

from todo_lab import files, paths
from todo_lab.errors import LabError
from todo_lab.secrets import secret
from todo_lab.services import supervisor

DATA = paths.STATE / "postgres"
_HBA = paths.STATE / "postgres-hba.conf"
_SOCKETS = paths.RUN / "postgres"
_VERSIONS = Path("/usr/lib/postgresql")
_ACCOUNT = "postgres"


def hba() -> str:
    """Return who may connect: the postgres account on the socket, passwords from node and pods."""
    return f"""\
local all {_ACCOUNT} peer
host all all {paths.NODE_IP}/32 scram-sha-256
host all all {paths.POD_CIDR} scram-sha-256
"""


def configure() -> supervisor.Service:
    """Make the database cluster when there is none, write its files and return the service.

    stop_signal INT is PostgreSQL's fast shutdown: sessions end, nothing is lost.
    """
    files.write(_HBA, hba())
    programs = _programs()
    _SOCKETS.mkdir(parents=True, exist_ok=True)
    shutil.chown(_SOCKETS, _ACCOUNT, _ACCOUNT)
    if not (DATA / "PG_VERSION").exists():
        _initialise(programs)
    forget_dead_server(DATA / "postmaster.pid", *_SOCKETS.glob(".s.PGSQL.*.lock"))
    settings = {
        "listen_addresses": paths.NODE_IP,
        "port": str(paths.POSTGRES_PORT),
        "unix_socket_directories": str(_SOCKETS),
        "hba_file": str(_HBA),
        "max_connections": "200",
    }
    return supervisor.Service(
        name="postgres",
        argv=(
            str(programs / "postgres"),
            "-D",
            str(DATA),
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        ),
        files=(_HBA,),
        user=_ACCOUNT,
        stop_signal=signal.SIGINT,
    )


def forget_dead_server(*locks: Path) -> None:
    """Remove the lock files of a server that was killed.

    PostgreSQL does so itself, but takes a zombie of that id for the living server and refuses to
    start; process 1 of some containers reaps late.
    """
    for lock in locks:
        try:
            pid = int(lock.read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            continue
        if supervisor.start_time(pid) is None:
            lock.unlink(missing_ok=True)


def provision(seconds: float = 30) -> None:
    """Wait for the server, then make the app's role and database unless it can sign in already."""
    until = time.monotonic() + seconds
    while _as_administrator("select 1").returncode != 0:
        if time.monotonic() > until or not supervisor.running("postgres"):
            raise LabError(
                "PostgreSQL does not answer:\n" + supervisor.log_tail("postgres"),
                "./do lab logs postgres",
            )
        time.sleep(0.1)
    password = secret(paths.STATE / "postgres-password")
    files.write(paths.DATABASE_URL, database_url(password), mode=0o600)
    ensure_database(paths.DATABASE, paths.DATABASE_ROLE, password)


def ensure_database(database: str, role: str, password: str) -> None:
    """Make role and database unless the role can sign in there already."""
    if _as_role(database, role, password).returncode == 0:
        return
    made = _as_administrator(provisioning_sql(password, database, role))
    if made.returncode != 0 or _as_role(database, role, password).returncode != 0:
        raise LabError(
            f"PostgreSQL's role or database could not be made: {made.stderr.strip()}",
            "./do lab logs postgres",
        )


def database_url(
    password: str, database: str = paths.DATABASE, role: str = paths.DATABASE_ROLE
) -> str:
    """Return the connection URL of a role and its database, the app's by default."""
    return f"postgresql://{role}:{password}@{paths.NODE_IP}:{paths.POSTGRES_PORT}/{database}"


def provisioning_sql(
    password: str, database: str = paths.DATABASE, role: str = paths.DATABASE_ROLE
) -> str:
    """Return psql input that makes role and database, or gives the role its password again.

    The password is URL-safe base64 and the names are checked, so they need no quoting.
    """
    return f"""\
select 'create role {role} login' where not exists
  (select from pg_roles where rolname = '{role}') \\gexec
alter role {role} password '{password}';
select 'create database {database} owner {role}' where not exists
  (select from pg_database where datname = '{database}') \\gexec
"""  # noqa: S608 - names and a password of the lab's own


def _initialise(programs: Path) -> None:
    # Made under another name first: an interrupted initdb must not look like a database.
    draft = DATA.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    shutil.chown(draft, _ACCOUNT, _ACCOUNT)
    argv = _as_account(
        str(programs / "initdb"),
        "-D",
        str(draft),
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth=peer",
        "--no-sync",
    )
    done = subprocess.run(argv, check=False, capture_output=True, text=True, cwd="/")
    if done.returncode != 0:
        raise LabError(
            f"initdb failed: {done.stderr.strip()}", f"rm -r {draft} and ./do lab up again"
        )
    draft.rename(DATA)


def _programs() -> Path:
    wanted = DATA / "PG_VERSION"
    installed = sorted((int(folder.name) for folder in _VERSIONS.glob("[0-9]*")), reverse=True)
    version = int(wanted.read_text()) if wanted.exists() else next(iter(installed), 0)
    if version not in installed:
        raise LabError(
            f"the data in {DATA} is of PostgreSQL {version}; installed: {installed or 'none'}",
            f"apt-get install postgresql-{version}, or ./do down to start empty",
        )
    return _VERSIONS / str(version) / "bin"


def _as_administrator(sql: str) -> subprocess.CompletedProcess[str]:
    argv = _as_account(
        "psql",
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        str(_SOCKETS),
        "-p",
        str(paths.POSTGRES_PORT),
        "-d",
        "postgres",
    )
    return subprocess.run(
        argv, input=sql, check=False, capture_output=True, text=True, cwd="/", timeout=20
    )


def _as_role(database: str, role: str, password: str) -> subprocess.CompletedProcess[str]:
    argv = (
        "psql",
        "-X",
        "-w",
        "-h",
        paths.NODE_IP,
        "-p",
        str(paths.POSTGRES_PORT),
        "-U",
        role,
        "-d",
        database,
        "-c",
        "select 1",
    )
    environment = {"PATH": "/usr/bin:/bin", "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "5"}
    return subprocess.run(argv, check=False, capture_output=True, text=True, env=environment)


def _as_account(*argv: str) -> tuple[str, ...]:
    return ("setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--clear-groups", *argv)
