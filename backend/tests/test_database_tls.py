"""TLS to a real PostgreSQL, by the backend's driver and by the frontend's."""

import datetime
import os
import pwd
import ssl
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from database import Database
from database_tls import tls
from database_url import parse
from errors import DatabaseUnavailable
from settings import async_database_url
from tests import frontend_driver
from tests.postgres import FAST, cluster, serving
from tests.processes import free_port

ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
ASK = """
try {
  console.log(JSON.stringify((await pool.query(process.argv[2])).rows[0].ssl));
} catch (error) {
  console.log(JSON.stringify(error.message));
}
"""
Asking = Callable[[str], Awaitable[bool | str]]


@dataclass(frozen=True)
class Server:
    """Where it listens, and who signed its certificate, which is for localhost alone."""

    port: int
    authority: Path
    stranger: Path

    def url(self, query: str, host: str = "localhost") -> str:
        return f"postgresql://postgres@{host}:{self.port}/postgres?{query}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    folder = tmp_path_factory.mktemp("authorities")
    authority, key = issue("Authority", folder / "ca.pem")
    issue("Stranger", folder / "stranger.pem")
    with cluster() as home:
        _, server_key = issue("localhost", home / "server.pem", (authority, key))
        pem = server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (home / "server.key").write_bytes(pem)
        (home / "server.key").chmod(0o600)
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            for name in ("server.key", "server.pem"):
                os.chown(home / name, account.pw_uid, account.pw_gid)
        files = (f"ssl_cert_file={home}/server.pem", f"ssl_key_file={home}/server.key")
        port = free_port()
        with serving(home, (*FAST, "ssl=on", *files), port):
            yield Server(port, folder / "ca.pem", folder / "stranger.pem")


def issue(
    name: str,
    path: Path,
    signer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None,
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Make a certificate, an authority's where nobody signs it, and write it to a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer[0].subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(signer[1] if signer else key, hashes.SHA256())
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return certificate, key


async def ask_as_the_backend(url: str) -> bool | str:
    """Tell whether a connection is encrypted, or why there is none."""
    database = Database(async_database_url(url))
    try:
        async with database.read() as session:
            return bool((await session.execute(text(ENCRYPTED))).scalar_one())
    except DatabaseUnavailable as error:
        return str(error.__cause__)
    finally:
        await database.close()


async def ask_as_the_frontend(url: str) -> bool | str:
    return await frontend_driver.run(ASK, url, ENCRYPTED)


@pytest.fixture(params=[ask_as_the_backend, ask_as_the_frontend], ids=["backend", "frontend"])
def ask(request: pytest.FixtureRequest) -> Asking:
    return request.param


def test_a_certificate_is_judged_as_the_other_drivers_judge_it(server: Server) -> None:
    """By its signature, its dates and its name; newer Pythons ask for more by themselves."""
    made = tls(parse(server.url(f"sslmode=verify-full&sslrootcert={server.authority}")))
    assert isinstance(made, ssl.SSLContext)
    assert not made.verify_flags & ssl.VERIFY_X509_STRICT
    assert made.verify_mode is ssl.CERT_REQUIRED
    assert made.check_hostname


async def test_a_right_name_and_authority_are_believed(server: Server, ask: Asking) -> None:
    known = f"sslrootcert={server.authority}"
    assert await ask(server.url(f"sslmode=verify-full&{known}")) is True
    assert await ask(server.url(f"sslmode=verify-ca&{known}", host="127.0.0.1")) is True
    assert await ask(server.url("sslmode=require", host="127.0.0.1")) is True
    assert await ask(server.url("sslmode=disable")) is False


@pytest.mark.parametrize(
    ("query", "host"),
    [
        ("sslmode=verify-full&sslrootcert={server.authority}", "127.0.0.1"),
        ("sslmode=verify-full&sslrootcert={server.stranger}", "localhost"),
        ("sslmode=verify-ca&sslrootcert={server.stranger}", "localhost"),
        ("sslrootcert=system", "localhost"),
        ("sslmode=require&channel_binding=require", "localhost"),
    ],
)
async def test_a_wrong_one_is_not(server: Server, ask: Asking, query: str, host: str) -> None:
    answer = await ask(server.url(query.format(server=server), host))
    assert isinstance(answer, str)
    assert "certificate" in answer.lower() or "altnames" in answer.lower(), answer


async def test_what_else_a_url_says_reaches_the_server(server: Server) -> None:
    query = "application_name=todo%20app&options=-c%20work_mem%3D5MB&target_session_attrs=primary"
    database = Database(async_database_url(server.url(f"{query}&connect_timeout=7")))
    assert database.times.connect == 7
    async with database.read() as session:
        for name, wanted in (("application_name", "todo app"), ("work_mem", "5MB")):
            assert (await session.execute(text(f"SHOW {name}"))).scalar_one() == wanted
    await database.close()
