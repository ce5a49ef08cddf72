"""A PostgreSQL that takes nobody without TLS, with a certificate of a private authority."""

import os
import pwd
import secrets
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import certificates
import postgres
from broker import free_port

from . import ADDRESS

_FILE = "/etc/todo/database-authority.pem"
_HBA = """\
local all postgres trust
hostssl todo todo all scram-sha-256
"""


@dataclass(frozen=True)
class Database:
    """Hold how the app reaches it, and who vouches for it.

    Args:
        plain: a URL of it that does not ask who answers.
    """

    plain: str
    authority: Path

    @property
    def url(self) -> str:
        """Return the URL by which whoever answers has to prove who it is."""
        return f"{self.plain}?sslmode=verify-full&sslrootcert={_FILE}"


@contextmanager
def running(folder: Path) -> Generator[Database]:
    """Run it; its authority is in a folder that is empty before."""
    issued = certificates.issue(folder, ADDRESS)
    password = secrets.token_urlsafe()
    with postgres.cluster() as home:
        for file in (issued.certificate, issued.key):
            (home / file.name).write_bytes(file.read_bytes())
            (home / file.name).chmod(0o600)
        (home / "hba.conf").write_text(_HBA)
        account = pwd.getpwnam("postgres")
        for file in home.iterdir():
            os.chown(file, account.pw_uid, account.pw_gid)
        options = (
            "ssl=on", f"ssl_cert_file={home}/{issued.certificate.name}",
            f"ssl_key_file={home}/{issued.key.name}", f"hba_file={home}/hba.conf",
        )  # fmt: skip
        port = free_port()
        with postgres.serving(home, options, port, ADDRESS):
            _make(home, port, password)
            yield Database(f"postgresql://todo:{password}@{ADDRESS}:{port}/todo", issued.authority)


def _make(home: Path, port: int, password: str) -> None:
    commands = f"CREATE ROLE todo LOGIN PASSWORD '{password}';\nCREATE DATABASE todo OWNER todo;\n"
    subprocess.run(
        ("psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(home), "-p", str(port), "-U", "postgres"),
        input=commands, text=True, check=True, capture_output=True,
    )  # fmt: skip
