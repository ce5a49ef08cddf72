"""The words of ``release.toml``: a pattern each for editors, and ``accepted`` for errors."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct


class Table(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of the file, whose keys are written with dashes."""


def _text(pattern: str, accepted: str, longest: int = 253) -> Meta:
    return Meta(pattern=pattern, min_length=1, max_length=longest, extra={"accepted": accepted})


# For editors too, whose dialect has no \Z; alone, $ would let a last newline pass.
_END = r"$(?!\n)"
_WORD = "[A-Za-z_][A-Za-z0-9_-]*"
_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_HOUR = "([01][0-9]|2[0-3]):[0-5][0-9]"
Name = Annotated[
    str, _text(rf"^{_LABEL}{_END}", "a name of Kubernetes: small letters, digits and dashes", 63)
]
# Helm adds to it what must still fit into a label.
ReleaseName = Annotated[
    str, _text(rf"^{_LABEL}{_END}", "small letters, digits and dashes, at most 53 of them", 53)
]
Path = Annotated[
    str,
    _text(
        rf"^(?![/~])(?!(.*/)?\.\.(/|$))[^\n]+{_END}",
        "a path below the repository's root, without ..",
    ),
]
ValuesPath = Annotated[
    str,
    _text(rf"^{_WORD}(\.{_WORD})*{_END}", "keys of the chart's values joined by dots"),
]
Address = Annotated[
    str,
    _text(rf"^https?://[A-Za-z0-9.-]+(:[0-9]+)?{_END}", "http://HOST[:PORT] or https://HOST"),
]
# Each preview has one of its own: a part of the host's name, or of the path.
NamedAddress = Annotated[
    str,
    _text(
        rf"^(?=.*\{{name\}})https?://([A-Za-z0-9.-]|\{{name\}})+(:[0-9]+)?"
        rf"(/([A-Za-z0-9._-]|\{{name\}})+)*{_END}",
        "http://HOST[:PORT][/PATH] or https://HOST with {name} in it",
    ),
]
NamedText = Annotated[
    str, _text(rf"^(?=.*\{{name\}})([^{{}}\n]|\{{name\}})+{_END}", "a text with {name} in it")
]
Registry = Annotated[
    str,
    _text(
        rf"^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*{_END}",
        "host[:port][/path] in lower case, without https://",
    ),
]
PodPath = Annotated[
    str, _text(rf"^[0-9]+/[A-Za-z0-9/_.-]+{_END}", "a port and a path, such as 8080/health")
]
UrlPath = Annotated[str, _text(rf"^/\S*{_END}", "a path of the address, such as /health")]
Key = Annotated[
    str,
    # As Kubernetes has it: two dots at its beginning are a folder's.
    _text(
        rf"^(?!\.\.|\.$)[A-Za-z0-9._-]+{_END}", "a key of a Secret: letters, digits, dots, dashes"
    ),
]
KeyPrefix = Annotated[
    str,
    _text(rf"^[A-Za-z0-9][A-Za-z0-9._-]*{_END}", "the beginning of a name, such as smtp-", 63),
]
PublicKey = Annotated[
    str,
    _text(
        r"^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$",
        "a public key as PEM, which cosign generate-key-pair writes into cosign.pub",
        4000,
    ),
]
Identity = Annotated[
    str,
    _text(
        rf"^(https?://[^\s^$]+|[^\s@^$]+@[^\s@^$]+|\^\S+\$){_END}",
        "https://github.com/OWNER/REPOSITORY/.github/workflows/FILE@refs/heads/BRANCH, a mail "
        "address, or a regular expression from ^ to $",
        500,
    ),
]
Issuer = Annotated[
    str,
    _text(
        rf"^https?://[^\s?#]+{_END}",
        "the iss of its tokens, such as https://token.actions.githubusercontent.com",
    ),
]
FrozenTime = Annotated[
    str,
    _text(
        rf"^{_DAY} {_HOUR} - {_DAY} {_HOUR}{_END}",
        "DAY HH:MM - DAY HH:MM in UTC, such as Fri 16:00 - Mon 07:00",
    ),
]
AdvisoryId = Annotated[
    str,
    _text(
        rf"^[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)+{_END}",
        "the name of an advisory, such as CVE-2026-1234 or GHSA-xxxx-xxxx-xxxx",
    ),
]
AdvisoryDatabase = Annotated[
    str,
    _text(
        rf"^(https?:/|file://)/[^\s?#]*[^\s?#/]{_END}",
        "https://HOST/PATH or file:///FOLDER, below which are ECOSYSTEM/all.zip",
    ),
]
Day = Annotated[date, Meta(extra={"accepted": "a day, such as 2027-01-31"})]
CheckName = Annotated[
    str,
    _text(rf"^[A-Za-z0-9][A-Za-z0-9 :'._-]*{_END}", "letters, digits, blanks, colons, dashes", 40),
]
DebianPackage = Annotated[
    str, _text(rf"^[a-z0-9][a-z0-9+.-]+{_END}", "the name of a Debian package, such as postgresql")
]
Folder = Annotated[
    str, _text(rf"^[A-Za-z0-9._-]*[A-Za-z0-9_-]{_END}", "a folder or file of the top folder, alone")
]


def variable(flag: str) -> str:
    """Write the name of a key's flag as a shell's variables have it: db-password, DB_PASSWORD."""
    return flag.upper().replace("-", "_").replace(".", "_")
