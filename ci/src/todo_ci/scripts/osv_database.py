"""Bring advisories as OSV exports them, a zip for each ecosystem, and say how many and how old.

Standard library only.
"""

import hashlib
import json
import os
import shutil
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any

SECONDS = 60
Object = dict[str, Any]


def bring(address: str, ecosystem: str, kept: Path) -> Path:
    """Return the zip of an ecosystem: where a folder has it, or a copy of what a server has.

    Args:
        address: ``https://HOST/PATH`` or ``file:///FOLDER``.
        ecosystem: by OSV's name for it.
        kept: folder of copies, of which one that is still the server's is not sent again.

    Raises:
        OSError: naming why there is none.
    """
    url = f"{address}/{urllib.parse.quote(ecosystem)}/all.zip"
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "file":
        path = Path(urllib.parse.unquote(parts.path))
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path}")
        return path
    # By the address too: a mirror's may be older than what another server sent, and not its own.
    server = hashlib.sha256(address.encode()).hexdigest()[:16]
    copy = kept / server / ecosystem / "all.zip"
    copy.parent.mkdir(parents=True, exist_ok=True)
    request = urllib.request.Request(url)  # noqa: S310 - https or http, by release.toml
    if copy.is_file():
        request.add_header("If-Modified-Since", formatdate(copy.stat().st_mtime, usegmt=True))
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
            _keep(response, copy)
    except urllib.error.HTTPError as error:
        if error.code != 304:
            raise OSError(f"{url} answers {error.code}") from None
    except urllib.error.URLError as error:
        raise OSError(f"{url}: {error.reason}") from None
    return copy


def _keep(response: Any, copy: Path) -> None:
    """Put a whole one in the place of the former, however many do it at once."""
    with tempfile.NamedTemporaryFile(dir=copy.parent, delete=False) as fresh:
        try:
            shutil.copyfileobj(response, fresh)
            fresh.flush()
            with zipfile.ZipFile(fresh.name):
                pass
            if said := response.headers.get("Last-Modified"):
                changed = parsedate_to_datetime(said).timestamp()
                os.utime(fresh.name, (changed, changed))
            Path(fresh.name).replace(copy)
        except zipfile.BadZipFile:
            raise OSError(f"{response.url} is no whole zip") from None
        finally:
            Path(fresh.name).unlink(missing_ok=True)


def describe(path: Path) -> Object:
    """Count the advisories of a zip, and find when one was last changed.

    Raises:
        OSError: for what is no zip.
    """
    now = datetime.now(UTC).isoformat()
    readable, unreadable, newest = 0, 0, ""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not name.endswith(".json"):
                    continue
                changed = _changed(archive, name)
                readable, unreadable = readable + bool(changed), unreadable + (not changed)
                # What is yet to come makes nothing newer.
                newest = max(newest, changed if changed <= now else "")
    except zipfile.BadZipFile:
        raise OSError(f"{path} is no zip") from None
    return {"advisories": readable, "unreadable": unreadable, "newest": newest}


def _changed(archive: zipfile.ZipFile, name: str) -> str:
    try:
        advisory = json.loads(archive.read(name))
        return str(advisory["modified"]) if advisory["id"] else ""
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return ""
