"""One DATABASE_URL, read once by strict rules, for drivers that each read it in a way of its own.

Backend, frontend and sidecar get the same URL. asyncpg, node-postgres and pgx agree on its plain
part alone: of `sslmode`, of a password with a `/`, of an option they do not know each makes
something else. So it is read here and never by asyncpg; what the sidecar's pgx gets is rendered,
and what cannot be had from all of them is refused with the name of the parameter.

Standard library only: the pipeline checks a URL with a copy of this file before it replaces a
working one, and frontend/lib/auth/database-url.ts says the same. One list of URLs tests all three.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
SSL_MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")
SYSTEM = "system"
PORT = 5432
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_PRINTED = re.compile(r"[\x00-\x20\x7f]")


class DatabaseUrlError(ValueError):
    """Say which part of a URL is wrong and what is accepted there, and never a value."""


@dataclass(frozen=True)
class DatabaseUrl:
    """Say where a PostgreSQL is and how it is reached.

    Args:
        user: who connects.
        password: its password; None for none.
        host: a name, an address, or the folder of a socket.
        port: of the host, or in the name of the socket.
        database: its name.
        sslmode: one of `SSL_MODES`.
        sslrootcert: a file of authorities; None for those that the machine trusts.
        connect_timeout: seconds until a connection is there; None for the program's own.
        application_name: shown in pg_stat_activity.
        options: command-line options of the session; Neon's old clients name their endpoint there.
        target_session_attrs: read-write or primary; None for any.
        is_pooled: a pooler gives each transaction a session of somebody else's.
    """

    user: str
    password: str | None
    host: str
    port: int
    database: str
    sslmode: str = "prefer"
    sslrootcert: str | None = None
    connect_timeout: int | None = None
    application_name: str | None = None
    options: str | None = None
    target_session_attrs: str | None = None
    is_pooled: bool = False

    @property
    def is_socket(self) -> bool:
        """Tell a folder of a socket from a name."""
        return self.host.startswith("/")

    def render(self) -> str:
        """Spell it for pgx, which nobody can teach; parsed again it is the same."""
        password = "" if self.password is None else f":{quote(self.password, safe='')}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = "" if self.is_socket else host
        port = None if self.port == PORT else self.port
        wanted = {
            "host": self.host if self.is_socket else None,
            "port": port if self.is_socket else None,
            "sslmode": None if self.is_socket or self.sslmode == "prefer" else self.sslmode,
            "sslrootcert": self.sslrootcert,
            "connect_timeout": self.connect_timeout,
            "application_name": self.application_name,
            "options": self.options,
            "target_session_attrs": self.target_session_attrs,
            "default_query_exec_mode": self._exec_mode(),
        }
        given = {key: value for key, value in wanted.items() if value is not None}
        query = urlencode(given, quote_via=quote, safe="")
        if port and not self.is_socket:
            place += f":{port}"
        url = f"postgresql://{quote(self.user, safe='')}{password}@{place}"
        return f"{url}/{quote(self.database, safe='')}{'?' if query else ''}{query}"

    def _exec_mode(self) -> str | None:
        if self.is_pooled:
            return "exec"
        return "cache_statement" if _names_a_pooler(self.host) else None


def parse(text: str) -> DatabaseUrl:
    """Read a URL of PostgreSQL.

    Raises:
        DatabaseUrlError: naming the part; a URL that two drivers would read differently is one.
    """
    authority, path, query = _split(text)
    user, password, host, port = _read_authority(authority)
    options = _read_query(query)
    if not path:
        raise DatabaseUrlError("the database name is missing")
    if "/" in path:
        raise DatabaseUrlError("a / is in the database name; it is %2F, there and in a password")
    if "host" in options:
        if host:
            raise DatabaseUrlError("host: there is one before the name of the database already")
        host = options["host"]
        if not host.startswith("/"):
            raise DatabaseUrlError("host: accepted is the folder of a socket, as %2Frun%2Fpostgres")
    if not host:
        raise DatabaseUrlError("the host is missing")
    if "port" in options and port:
        raise DatabaseUrlError("port: there is one behind the host already")
    sslmode, sslrootcert = _read_tls(options, host)
    return DatabaseUrl(
        user=user,
        password=password,
        host=host,
        port=port or _read_port(options.get("port", "")),
        database=_decode(path, "the name of the database"),
        sslmode=sslmode,
        sslrootcert=sslrootcert,
        connect_timeout=_read_seconds(options.get("connect_timeout")),
        application_name=options.get("application_name"),
        options=options.get("options"),
        target_session_attrs=options.get("target_session_attrs"),
        is_pooled=_read_pooler(options, host),
    )


def _split(text: str) -> tuple[str, str, str]:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in SCHEMES:
        raise DatabaseUrlError(f"the scheme is none of {', '.join(SCHEMES)}")
    if _NOT_PRINTED.search(rest):
        raise DatabaseUrlError("a space, a tab or a line break is in it; a space is %20")
    if _BAD_PERCENT.search(rest):
        raise DatabaseUrlError("a % that two hexadecimal digits do not follow; a % itself is %25")
    if "#" in rest:
        raise DatabaseUrlError("a # is in it, which is %23")
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    if "@" in rest[len(authority) :]:
        raise DatabaseUrlError("a /, a ? or an @ is at a wrong place; they are %2F, %3F and %40")
    path, _, query = rest[len(authority) :].removeprefix("/").partition("?")
    return authority, path, query


def _read_authority(text: str) -> tuple[str, "str | None", str, "int | None"]:
    if text.count("@") > 1:
        raise DatabaseUrlError("user or password hold an @, which is %40")
    identity, _, place = text.rpartition("@")
    name, colon, secret = identity.partition(":")
    if ":" in secret:
        raise DatabaseUrlError("the password holds a :, which is %3A")
    if not name:
        raise DatabaseUrlError("the user is missing")
    password = _decode(secret, "the password") if colon else None
    return _decode(name, "the user"), password, *_read_place(place)


def _read_place(text: str) -> tuple[str, "int | None"]:
    if "," in text:
        raise DatabaseUrlError("there is more than one host; accepted is one")
    if text.startswith("["):
        address, bracket, rest = text[1:].partition("]")
        if not bracket or rest[:1] not in ("", ":") or not _is_ipv6(address):
            raise DatabaseUrlError("the host is no IPv6 address in brackets, as [2001:db8::1]:5432")
        return address, _read_port(rest[1:]) if rest else None
    if text.count(":") > 1:
        raise DatabaseUrlError("an IPv6 address wants brackets, as [2001:db8::1]:5432")
    host, colon, port = text.partition(":")
    if host.lower().startswith("%2f"):
        return _decode(host, "the host"), _read_port(port) if colon else None
    if host and not _HOST.fullmatch(host):
        raise DatabaseUrlError("the host is neither a name nor an address")
    return host, _read_port(port) if colon else None


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    # A zone (%eth0) means something on one machine alone.
    return "%" not in text


def _read_port(text: str) -> int:
    if not text:
        return PORT
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise DatabaseUrlError("port: accepted is 1 to 65535")
    return int(text)


def _read_query(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split("&") if text else []:
        key, equals, value = part.partition("=")
        key = _decode(key, "a parameter")
        if key not in _PARAMETERS:
            named = key if re.fullmatch(r"[A-Za-z_]{1,40}", key) else "a parameter"
            raise DatabaseUrlError(f"{named}: not known here; known are {', '.join(_PARAMETERS)}")
        if key in found:
            raise DatabaseUrlError(f"{key}: given twice")
        # Of a + drivers make a plus or a space.
        if not equals or not value or "+" in value:
            raise DatabaseUrlError(f"{key}: empty, or with a + (a plus is %2B, a space %20)")
        found[key] = _decode(value, key)
        if (accepted := _PARAMETERS[key]) and found[key] not in accepted:
            raise DatabaseUrlError(f"{key}: accepted is {', '.join(accepted)}")
    if found.get("target_session_attrs") == "any":
        del found["target_session_attrs"]
    return found


def _read_tls(options: dict[str, str], host: str) -> tuple[str, "str | None"]:
    if "ssl" in options and "sslmode" in options:
        raise DatabaseUrlError("ssl: given beside sslmode, which is the same")
    authorities = options.get("sslrootcert")
    usual = "verify-full" if authorities == SYSTEM else "prefer"
    mode = options.get("sslmode", options.get("ssl", usual))
    mode = "prefer" if mode == "allow" else mode
    if options.get("channel_binding") == "require":
        if mode in ("disable", "prefer"):
            raise DatabaseUrlError("channel_binding: require wants sslmode=require or verify-full")
        # asyncpg binds no channel. It is to find out a server that only pretends, as this does.
        mode = "verify-full"
    if host.startswith("/"):
        if mode not in ("disable", "prefer") or authorities:
            raise DatabaseUrlError("sslmode: a socket has no TLS; accepted is disable, or none")
        return "disable", None
    if authorities and authorities != SYSTEM and not authorities.startswith("/"):
        raise DatabaseUrlError(f"sslrootcert: accepted is {SYSTEM}, or the whole path of a file")
    if authorities == SYSTEM and mode != "verify-full":
        raise DatabaseUrlError(f"sslrootcert: {SYSTEM} wants sslmode=verify-full")
    if authorities and mode in ("disable", "prefer"):
        raise DatabaseUrlError("sslrootcert: wants sslmode=verify-full or verify-ca")
    if mode == "verify-ca" and not authorities:
        raise DatabaseUrlError("sslmode: verify-ca wants sslrootcert; accepted is verify-full")
    if mode == "require" and authorities:
        mode = "verify-ca"  # as libpq has it
    return mode, None if authorities == SYSTEM else authorities


def _read_seconds(text: "str | None") -> "int | None":
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 0 < int(text) <= 300:
        raise DatabaseUrlError("connect_timeout: accepted is 1 to 300 seconds")
    return int(text)


def _read_pooler(options: dict[str, str], host: str) -> bool:
    if "pgbouncer" in options and "default_query_exec_mode" in options:
        raise DatabaseUrlError("default_query_exec_mode: given beside pgbouncer; one is enough")
    if "pgbouncer" in options:
        return options["pgbouncer"] == "true"
    if "default_query_exec_mode" in options:
        return options["default_query_exec_mode"] == "exec"
    return _names_a_pooler(host)


def _names_a_pooler(host: str) -> bool:
    """Tell by Neon's names: ep-cool-name-123456-pooler.eu-central-1.aws.neon.tech."""
    return host.split(".")[0].endswith("-pooler")


def _decode(text: str, where: str) -> str:
    try:
        value = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise DatabaseUrlError(f"{where}: what is encoded with % is not UTF-8") from None
    if "\0" in value:
        raise DatabaseUrlError(f"{where}: %00 is in it")
    return value


# Each with the values it accepts, where they are few.
_PARAMETERS: dict[str, tuple[str, ...]] = {
    "sslmode": (*SSL_MODES, "allow"),
    "ssl": (*SSL_MODES, "allow"),
    "sslrootcert": (),
    "connect_timeout": (),
    "application_name": (),
    "options": (),
    "channel_binding": ("disable", "prefer", "require"),
    "target_session_attrs": ("any", "read-write", "primary"),
    "pgbouncer": ("true", "false"),
    "default_query_exec_mode": ("exec", "cache_statement"),
    "host": (),
    "port": (),
}
