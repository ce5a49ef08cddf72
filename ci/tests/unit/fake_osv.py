"""What SBOMs list and osv-scanner prints, made to measure."""

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

from todo_ci.core.ports import Result, Step, Tool

Object = dict[str, Any]
DEBIAN = "pkg:deb/debian/zlib1g@1%3A1.2.11?arch=amd64&distro=debian-13&upstream=zlib"
PYTHON = "pkg:pypi/urllib3@2.2.1"
# What is listed by these two, as advisories name it.
ZLIB, URLLIB = ("Debian:13", "zlib", "1:1.2.11"), ("PyPI", "urllib3", "2.2.1")
FRESH = "2999-01-01T00:00:00Z"


def sbom(*purls: str, **qualities: Any) -> Object:
    """List packages as syft does, by their package URLs."""
    listed = [{"type": "library", "name": "x", "purl": it, **qualities} for it in purls]
    return {"bomFormat": "CycloneDX", "components": listed}


def advisory(name: str, package: tuple[str, str, str], *fixed: str, **more: Any) -> Object:
    """Make an advisory as OSV exports it."""
    ecosystem, affected, _ = package
    events = [{"introduced": "0"}, *({"fixed": it} for it in fixed)]
    ranges = [{"type": "ECOSYSTEM", "events": events}]
    where = {"package": {"ecosystem": ecosystem, "name": affected}, "ranges": ranges}
    return {"id": name, "affected": [where], **more}


def group(*advisories: Object, score: str = "", aliases: tuple[str, ...] = ()) -> Object:
    """Put advisories together that are about the same."""
    ids = [it["id"] for it in advisories]
    return {"ids": ids, "aliases": [*ids, *aliases], "max_severity": score}


def listed(package: tuple[str, str, str], groups: Any = (), advisories: Any = ()) -> Object:
    """List a package with what is known about it."""
    ecosystem, name, version = package
    about = {"name": name, "version": version, "ecosystem": ecosystem}
    return {"package": about, "groups": [*groups], "vulnerabilities": [*advisories]}


def printed(*documents: list[Object]) -> str:
    """Print what osv-scanner says of documents, each by what it lists."""
    results = [
        {"source": {"path": f"/work/{number}.cdx.json", "type": "sbom"}, "packages": it}
        for number, it in enumerate(documents)
    ]
    return json.dumps({"results": results})


def answer(stdout: str, *, newest: str = FRESH, **changes: Any) -> str:
    """Print what the step prints where all went well."""
    there = {"advisories": 2, "unreadable": 0, "newest": newest, "error": ""}
    databases = {"Debian": there, "PyPI": there}
    said = {"scanner": True, "databases": databases, "exit": 0, "stdout": stdout, "stderr": ""}
    return json.dumps({**said, **changes})


class Scanner:
    """Answer the one step with a text, and keep what was asked."""

    def __init__(self, stdout: str, *, exit_code: int = 0, timed_out: bool = False) -> None:
        self.asked: list[Step] = []
        self._result = Result(exit_code, stdout, "", 0, timed_out=timed_out)

    async def run(self, step: Step) -> Result:
        self.asked.append(step)
        return self._result


class Signed:
    """Answer as cosign does where each image has an SBOM, and as osv-scanner; keep who was asked.

    Args:
        otherwise: answers any other step.
        scanned: what the scan prints.
    """

    def __init__(self, otherwise: Callable[[Step], Awaitable[Result]], scanned: str) -> None:
        self.looked_at: list[str] = []
        self.scans = 0
        self._otherwise = otherwise
        self._scanned = scanned

    async def run(self, step: Step) -> Result:
        if step.tool == Tool.SIGN:
            calls = json.loads(step.stdin)["calls"]
            self.looked_at += [call[-1] for call in calls]
            found = {"exit": 0, "stdout": _envelope(), "stderr": ""}
            return Result(0, json.dumps([found for _ in calls]), "", 0)
        if step.tool == Tool.SCAN:
            self.scans += 1
            return Result(0, self._scanned, "", 0)
        return await self._otherwise(step)


def stated(platform: str = "amd64", purl: str = DEBIAN) -> str:
    """State what is in an image for a platform."""
    about = {"component": {"purl": f"pkg:oci/it@sha256%3A1?arch={platform}&repository_url=r"}}
    return json.dumps({"predicate": {**sbom(purl), "metadata": about}})


def _envelope() -> str:
    return json.dumps({"payload": base64.b64encode(stated().encode()).decode()})
