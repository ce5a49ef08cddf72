"""osv-scanner as a pure step, and what it answered.

It was chosen among those that read an SBOM for its advisories: OSV exports them as plain files,
which can be mirrored, dated, and made small for a test.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from todo_ci.core.ports import Step, Tool
from todo_ci.errors import ToolError
from todo_ci.scan import findings
from todo_ci.scan.databases import Database
from todo_ci.scan.databases import read as read_databases
from todo_ci.scan.databases import require as require_databases
from todo_ci.scan.findings import Answer
from todo_ci.scan.packages import Contents, document
from todo_ci.scripts import sources

# Everything was looked at, and something was found; any other code is an error.
_FOUND = 1
_AGAIN = "the same command again; osv-scanner by hand says more"


def step(contents: Sequence[Contents], database: str) -> Step:
    """Ask about the packages of several SBOMs; of none, only tell whether the scanner is there.

    Args:
        contents: each with at least one package.
        database: where the advisories are.
    """
    # By this ending the scanner knows what it reads.
    files = {f"{number}.cdx.json": document(it) for number, it in enumerate(contents)}
    ecosystems = sorted({it.ecosystem for one in contents for it in one.packages})
    order = {"database": database, "ecosystems": ecosystems, "documents": [*files]}
    return Step(
        Tool.SCAN,
        ("python3", "-m", "scripts.run_osv"),
        stdin=json.dumps(order),
        files={**files, **sources("run_osv.py", "osv_database.py")},
        timeout=3600,
        network=True,
    )


def parse(
    text: str, contents: Sequence[Contents], database: str
) -> tuple[list[Answer], list[Database]]:
    """Read what the step printed, in the order of what was asked.

    Raises:
        ToolError: where there is no scanner, it failed, or said what nobody can read.
    """
    said: Mapping[str, Any] = json.loads(text)
    if not said["scanner"]:
        raise ToolError(
            "there is no osv-scanner on PATH: nobody can say what is known about these packages",
            next_step="install osv-scanner 2.6 or newer, then the same command again",
        )
    databases = read_databases(said["databases"])
    require_databases(databases, database)
    if said["exit"] not in (0, _FOUND):
        last = [line for line in said["stderr"].splitlines() if line.strip()][-1:]
        reason = last[0] if last else "no reason given"
        raise ToolError(f"osv-scanner failed ({said['exit']}): {reason}", next_step=_AGAIN)
    try:
        answers: Mapping[str, Answer] = findings.parse(said["stdout"]) if contents else {}
    except ValueError as error:
        raise ToolError(
            f"osv-scanner said what cannot be read: {error}", next_step=_AGAIN
        ) from None
    nothing = Answer(frozenset(), ())
    return [answers.get(f"{it}.cdx.json", nothing) for it in range(len(contents))], databases
