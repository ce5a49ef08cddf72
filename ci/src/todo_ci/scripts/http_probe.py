"""Ask a few addresses until they answer 200, and say what they answered.

It is sent into the step's container as one file, standard library only. It polls for readiness:
the answer says how many tries it took. ``todo_ci.checks.gateway`` judges the answers.

    python3 scripts/http_probe.py --url http://127.0.0.1:8000 --tries 10 /api/health /
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

BODY = 600


def ask(url: str, timeout: float) -> dict[str, Any]:
    """Send one request on a new connection."""
    start = time.monotonic()
    answer: dict[str, Any] = {"status": 0, "content_type": "", "body": "", "error": ""}
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:  # noqa: S310 - checked
            answer["status"] = response.status
            answer["content_type"] = response.headers.get("content-type", "")
            answer["body"] = response.read(BODY).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        answer["status"] = error.code
        answer["content_type"] = error.headers.get("content-type", "")
        answer["body"] = error.read(BODY).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        answer["error"] = str(getattr(error, "reason", error))
    answer["seconds"] = round(time.monotonic() - start, 3)
    return answer


def poll(base: str, path: str, tries: int, pause: float) -> dict[str, Any]:
    """Ask one path until it answers 200 and well, at most ``tries`` times."""
    answer: dict[str, Any] = {}
    number = 0
    for number in range(1, tries + 1):
        answer = ask(base.rstrip("/") + path, timeout=5)
        if answer["status"] == 200 and not _degraded(answer):
            break
        if number < tries:
            time.sleep(pause)
    return {"path": path, "tries": number, **answer}


def _degraded(answer: dict[str, Any]) -> bool:
    """Tell whether a health report says of itself that it may be better in a moment."""
    if "json" not in answer["content_type"]:
        return False
    try:
        return json.loads(answer["body"])["status"] == "degraded"
    except (KeyError, TypeError, ValueError):
        return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the answers as one JSON list."""
    parser = argparse.ArgumentParser(description="Ask addresses until they answer 200.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--tries", type=int, default=1)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("paths", nargs="+")
    given = parser.parse_args(arguments)
    if not given.url.startswith(("http://", "https://")):
        parser.error(f"--url {given.url!r} is no http or https address")
    print(json.dumps([poll(given.url, path, given.tries, given.pause) for path in given.paths]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
