"""Failed tests, each run once more by itself: one that passes then is flaky, and is named so.

Thousands of tests share two processors for an hour, and a pause that none of them allowed for is no
fault of the commit. It is told all the same, with what it said when it failed, for somebody has
to mend it; more than a few are no accident and stay failed.
"""

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from testrun.junit import Case, Outcome
from testrun.parts import FILE, NAME, TITLE, Part, Results
from testrun.records import Ended

LIMIT = 3
_SECONDS = 600


def told_apart(ended: Sequence[Ended], parts: Mapping[str, Part], root: Path) -> list[Ended]:
    """Return the parts with each failed test that passes by itself as a flaky one.

    Args:
        ended: the parts that ran; with more than LIMIT failures, none is run again.
        parts: the parts by name.
        root: the repository.
    """
    failed = [case for part in ended for case in part.cases if case.outcome is Outcome.FAILED]
    if len(failed) > LIMIT:
        return list(ended)
    return [
        replace(
            part,
            cases=tuple(_looked_at(case, parts[part.record.name], root) for case in part.cases),
        )
        for part in ended
    ]


def command(case: Case, part: Part) -> tuple[Results, list[str]] | None:
    """Return what runs one test by itself and the results it is of; none where nothing can.

    Args:
        case: the test.
        part: the part it ran in.
    """
    for results in part.results:
        base = "" if results.base == "." else f"{results.base}/"
        if results.alone and case.file.startswith(base):
            file = case.file.removeprefix(base)
            # A pattern, and of all titles from the outermost group's on.
            title = re.escape(re.sub(" [>\u203a] ", " ", case.name))
            stands = {FILE: file, NAME: case.name, TITLE: title}
            return results, [_filled(word, stands) for word in results.alone]
    return None


def _filled(word: str, stands: Mapping[str, str]) -> str:
    return re.sub("|".join(map(re.escape, stands)), lambda found: stands[found.group()], word)


def _looked_at(case: Case, part: Part, root: Path) -> Case:
    if case.outcome is not Outcome.FAILED or not (found := command(case, part)):
        return case
    results, argv = found
    print(f"once more, by itself: {case.id}", flush=True)
    try:
        ended = subprocess.run(argv, cwd=root / results.base, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, flush=True)
        return case
    return case if ended.returncode else replace(case, outcome=Outcome.FLAKY)
