"""The address that is looked at is one where the release lets people sign in.

The gateway may answer at any name; sign-in works at the release's own address and at those it
trusts beside it, so a release that is sound at another one is of no use to anybody there.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from todo_ci.cluster import helm
from todo_ci.reports.report import Check

_NAME = "address"
_PORTS = {"http": ":80", "https": ":443"}


def address(values: str, url: str, seconds: float = 0) -> Check:
    """Compare the address that was given with those that the release trusts.

    Args:
        values: of the revision, as JSON.
        url: where the gateway is looked at.
        seconds: that reading the values took.
    """
    trusted = helm.parse_origins(values)
    if not trusted:
        return Check.skipped(_NAME, "the release's values name no address")
    if is_trusted(url, trusted):
        return Check.passed(_NAME, f"{url} is one of {', '.join(trusted)}", seconds)
    found = f"people cannot sign in at {url}: the release trusts {', '.join(trusted)}"
    step = f"todo-ci verify --url {trusted[0]}; or todo-ci deploy --url {url} moves it there"
    return Check.failed(_NAME, found, step, seconds)


def is_trusted(url: str, trusted: Sequence[str]) -> bool:
    """Tell whether an address is one of those, however it is written."""
    return _origin(url) in map(_origin, trusted)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url.strip())
    usual = _PORTS.get(parts.scheme, "")
    return parts.scheme, parts.netloc.lower().removesuffix(usual)
