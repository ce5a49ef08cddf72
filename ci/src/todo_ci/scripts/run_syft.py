"""List what images hold, for each of their platforms, by syft; the order comes on standard input.

Standard library only, as `python3 -m scripts.run_syft`, with the order as JSON. The registry's
password is read from the file that REGISTRY_PASSWORD_FILE names, and given to syft in a file that
nobody else reads and that is removed. Prints JSON: whether there is a syft, and what it answered
about each platform.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from .registry import describe_image
from .registry_login import home_with_login, run

SECONDS = 600
_SETTINGS = {
    "SYFT_CHECK_FOR_APP_UPDATE": "false",
    # Packages are listed; the files of each one would make it ten times as long.
    "SYFT_FILE_METADATA_SELECTION": "none",
}
Object = dict[str, Any]


def main() -> int:
    """Do what the order says."""
    order: Object = json.load(sys.stdin)
    is_there = shutil.which("syft") is not None
    listed: list[Object] = []
    if is_there:
        with home_with_login("syft", order["host"], order["username"]) as home:
            environment = {
                **home,
                **_SETTINGS,
                "SYFT_REGISTRY_INSECURE_USE_HTTP": json.dumps(order["plain_http"]),
            }
            for image in order["images"]:
                listed += _list(image, order, environment)
    print(json.dumps({"syft": is_there, "listed": listed}))
    return 0


def _list(image: str, order: Object, environment: "dict[str, str]") -> "Iterator[Object]":
    found = describe_image(order, image)
    if not found["manifests"]:
        error = found["error"] or "the registry names no platform of it"
        yield {"image": image, "platform": "", "digest": "", "text": "", "error": error}
    for platform, manifest in sorted(found["manifests"].items()):
        said = _scan(f"{image.partition('@')[0]}@{manifest}", platform, environment)
        yield {"image": image, "platform": platform, "digest": manifest, **said}


def _scan(reference: str, platform: str, environment: "dict[str, str]") -> Object:
    source = ["syft", "scan", f"registry:{reference}", "--platform", platform]
    try:
        done = run([*source, "--output", "cyclonedx-json"], environment, SECONDS)
    except subprocess.TimeoutExpired:
        return {"text": "", "error": f"no end within {SECONDS} s"}
    said = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
    return {"text": done.stdout, "error": said[-1] if done.returncode else ""}


if __name__ == "__main__":
    sys.exit(main())
