"""Ask osv-scanner about the packages of documents; the order comes as JSON on standard input.

Standard library only, as `python3 -m scripts.run_osv`, beside the documents. The advisories are
brought first, so that the scanner asks nobody; where those of one ecosystem are missing it would
stop in the middle, so it is not begun. Prints JSON: whether there is a scanner, what advisories
there are, and what it answered.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .osv_database import bring, describe

SECONDS = 900
TIMED_OUT = 124
_TOLD = ("id", "severity", "database_specific", "affected")
_NOTHING = {"advisories": 0, "unreadable": 0, "newest": ""}
Object = dict[str, Any]


def main() -> int:
    """Do what the order says."""
    order: Object = json.load(sys.stdin)
    is_there = shutil.which("osv-scanner") is not None
    answer: Object = {"scanner": is_there, "databases": {}, "exit": 0, "stdout": "", "stderr": ""}
    if is_there:
        with tempfile.TemporaryDirectory(prefix="osv-") as folder:
            answer["databases"] = databases = _lay_out(order, Path(folder))
            if order["documents"] and all(it["advisories"] for it in databases.values()):
                answer.update(_scan(order["documents"], folder))
    print(json.dumps(answer))
    return 0


def _lay_out(order: Object, folder: Path) -> "dict[str, Object]":
    """Put the zips where the scanner looks for them, and describe each."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "todo-ci", "osv")
    databases: dict[str, Object] = {}
    for ecosystem in order["ecosystems"]:
        place = folder / "osv-scalibr" / ecosystem / "all.zip"
        place.parent.mkdir(parents=True)
        try:
            place.symlink_to(bring(order["database"], ecosystem, cache))
            databases[ecosystem] = {**describe(place), "error": ""}
        except OSError as error:
            databases[ecosystem] = {**_NOTHING, "error": str(error)}
    return databases


def _scan(documents: "list[str]", database: str) -> Object:
    files = [word for name in documents for word in ("--lockfile", name)]
    argv = [
        "osv-scanner", "scan", "source", "--offline", "--local-db-path", database, "--format",
        "json", "--all-packages", "--all-vulns", *files,
    ]  # fmt: skip
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"exit": TIMED_OUT, "stderr": f"no end within {SECONDS} s"}
    return {"exit": done.returncode, "stdout": _shortened(done.stdout), "stderr": done.stderr}


def _shortened(text: str) -> str:
    """Leave out what nobody reads: the words of advisories are most of an answer."""
    try:
        said: Object = json.loads(text)
        for package in (it for result in said["results"] for it in result["packages"]):
            package["vulnerabilities"] = [
                {key: one[key] for key in _TOLD if key in one}
                for one in package.get("vulnerabilities") or ()
            ]
            for one in package["vulnerabilities"]:
                for affected in one.get("affected") or ():
                    affected.pop("versions", None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return text  # whoever reads it says what is wrong
    return json.dumps(said)


if __name__ == "__main__":
    sys.exit(main())
