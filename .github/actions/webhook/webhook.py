"""Tell a chat that this job failed, by an incoming webhook of Slack's shape, which others take too.

$WEBHOOK is its address, a secret; empty tells nobody. The results in $RUNNER_TEMP/shown.jsonl that did
not pass say why. A chat that does not answer is a warning: the job has failed already, and for a reason
of its own. Standard library only.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

# Slack cuts a block of text at 3,000 characters: https://docs.slack.dev/reference/block-kit.
_LONGEST = 2_500
_SECONDS = 20
_NO_ADDRESS = "WEBHOOK is no address; it takes https://…, as the chat shows it"


def main() -> int:
    """Tell it and return the exit code, which is 0."""
    address = os.environ.get("WEBHOOK", "")
    if not address:
        return 0
    if problem := post(
        address, message(os.environ, failures(Path(os.environ["RUNNER_TEMP"])))
    ):
        print(f"::warning::nobody was told of the failure: {problem}")
    return 0


def failures(folder: Path) -> str:
    """Return the tables of the results that did not pass; empty where the job ended before one."""
    file = folder / "shown.jsonl"
    results = map(json.loads, file.read_text().splitlines() if file.exists() else ())
    return "\n\n".join(
        result["table"] for result in results if result["passed"] is not True
    )


def message(env: Mapping[str, str], tables: str) -> str:
    """Say what failed, where to look, and what was seen."""
    run = f"{env['GITHUB_SERVER_URL']}/{env['GITHUB_REPOSITORY']}/actions/runs/{env['GITHUB_RUN_ID']}"
    what = " ".join(filter(None, (env["GITHUB_WORKFLOW"], env.get("ACTION", ""))))
    first = f"*{_plain(env['GITHUB_REPOSITORY'])}: {_plain(what)} failed* on "
    first += f"{_plain(env['ENVIRONMENT'])}, commit {env['GITHUB_SHA'][:12]}: <{run}|the run>"
    seen = tables[:_LONGEST] + ("\n…" if len(tables) > _LONGEST else "")
    return f"{first}\n```{_plain(seen)}```" if seen else first


def post(address: str, text: str) -> str:
    """Send a message and return why it did not arrive; the address is in none of it."""
    if not address.startswith(("https://", "http://")):
        return _NO_ADDRESS
    data = json.dumps({"text": text}).encode()
    try:
        request = urllib.request.Request(
            address, data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=_SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        return (
            f"the chat answers {error.code}: {error.read(200).decode(errors='replace')}"
        )
    except OSError as error:
        return f"the chat does not answer: {getattr(error, 'reason', error)}"
    except ValueError:
        return _NO_ADDRESS


def _plain(text: str) -> str:
    """Escape what Slack would take for markup: https://docs.slack.dev/messaging/formatting."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


if __name__ == "__main__":
    raise SystemExit(main())
