"""Show the result of a call, from $RUNNER_TEMP/result.json, in the job's summary.

It is a line of shown.jsonl from then on, for whoever tells of it elsewhere.

Ends with 1 where it did not pass: each call of the workflow has --report-only, which returns a
failure as a result like any other. Standard library only.
"""

import json
import os
from pathlib import Path


def main() -> int:
    """Show it and return the exit code."""
    folder = Path(os.environ["RUNNER_TEMP"])
    file = folder / "result.json"
    result = json.loads(file.read_text())
    # Each call writes its own.
    file.unlink()
    with (folder / "shown.jsonl").open("a") as shown:
        shown.write(f"{json.dumps(result)}\n")
    with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a") as summary:
        summary.write(f"{result['markdown']}\n")
    print(result["table"])
    return 0 if result["passed"] is True else 1


if __name__ == "__main__":
    raise SystemExit(main())
