"""Write the results in $RUNNER_TEMP/shown.jsonl into the one comment of a pull request.

The comment that an earlier run wrote is changed, so that a pull request of many commits has one. A
token that may not comment, such as a fork's, is a notice: the result is in the job's summary as well.
Standard library only.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MARK = "<!-- {}what the last commit was found to be -->"
# Whose comments these are; another's may quote the mark.
_AUTHOR = "github-actions[bot]"
# GitHub takes 65,536 characters.
_LONGEST = 60_000
_PAGE, _PAGES = 100, 30
_SECONDS = 20


def main() -> int:
    """Write it and return the exit code, which is 0."""
    env = os.environ
    issue = f"{env['GITHUB_API_URL']}/repos/{env['GITHUB_REPOSITORY']}/issues"
    body = {"body": text(env, Path(env["RUNNER_TEMP"]))}
    try:
        if earlier := find(f"{issue}/{env['PULL_REQUEST']}/comments", mark(env)):
            call("PATCH", f"{issue}/comments/{earlier}", body)
        else:
            call("POST", f"{issue}/{env['PULL_REQUEST']}/comments", body)
    except urllib.error.HTTPError as error:
        print(
            f"::notice::GitHub takes no comment from this run: {error.code} {error.reason}"
        )
    except OSError as error:
        print(
            f"::notice::GitHub's API does not answer, so there is no comment: {error}"
        )
    return 0


def mark(env: Mapping[str, str]) -> str:
    """Return the first line of the comment, by which it is found again."""
    about = env.get("ABOUT", "")
    return _MARK.format(f"{about}: " if about else "")


def text(env: Mapping[str, str], folder: Path) -> str:
    """Return the comment: the mark, the results, which commit they are about, and where to look."""
    run = f"{env['GITHUB_SERVER_URL']}/{env['GITHUB_REPOSITORY']}/actions/runs/{env['GITHUB_RUN_ID']}"
    file = folder / "shown.jsonl"
    found = "The job ended before there was a result."
    if file.exists():
        results = map(json.loads, file.read_text().splitlines())
        found = "\n\n".join(result["markdown"] for result in results)
    if len(found) > _LONGEST:
        found = f"{found[:_LONGEST]}\n\nThe rest is in the run's summary."
    return f"{mark(env)}\n{found}\n\nCommit {env['COMMIT']}, [the run]({run})\n"


def find(comments: str, mark: str) -> int | None:
    """Return the comment that an earlier run wrote."""
    for page in range(1, _PAGES + 1):
        some = call("GET", f"{comments}?per_page={_PAGE}&page={page}")
        for comment in some:
            own = comment["user"]["login"] == _AUTHOR
            if own and comment["body"].startswith(mark):
                return int(comment["id"])
        if len(some) < _PAGE:
            return None
    return None


def call(method: str, url: str, body: dict[str, str] | None = None) -> Any:
    """Call GitHub's API and return its answer."""
    request = urllib.request.Request(
        url,
        json.dumps(body).encode() if body else None,
        {
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            "Content-Type": "application/json",
        },
        method=method,
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        return json.load(answer)


if __name__ == "__main__":
    raise SystemExit(main())
