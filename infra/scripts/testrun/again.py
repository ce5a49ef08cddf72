"""Failed tests, each run once more by itself: one that passes then is flaky, and is named so.

Thousands of tests share two processors for an hour, and a pause that none of them allowed for is no
fault of the commit. It is told all the same, with what it said when it failed, for somebody has
to mend it; more than a few are no accident and stay failed.
"""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from testrun.junit import Case, Outcome
from testrun.parts import FILE, NAME, TITLE, Part, Results
from testrun.records import Ended

LIMIT = 3
_SECONDS = 900


def told_apart(
    ended: Sequence[Ended], parts: Mapping[str, Part], root: Path, folder: Path
) -> list[Ended]:
    """Return the parts with each failed test that passes by itself as a flaky one.

    Args:
        ended: the parts that ran; with more than LIMIT failures, none is run again.
        parts: the parts by name.
        root: the repository.
        folder: for the results of what runs again.
    """
    failed = [case for part in ended for case in part.cases if case.outcome is Outcome.FAILED]
    if len(failed) > LIMIT:
        return list(ended)
    passes = _Passes(root, folder)
    return [
        replace(part, cases=tuple(passes.judge(it, parts[part.record.name]) for it in part.cases))
        for part in ended
    ]


def command(case: Case, part: Part) -> tuple[Results, list[str]] | None:
    """Return what runs one test by itself, or its file, and the results it is of.

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


class _Passes:
    """Run each command once, however many tests it stands for."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._folder = folder
        self._known: dict[tuple[str, ...], bool] = {}

    def judge(self, case: Case, part: Part) -> Case:
        if case.outcome is not Outcome.FAILED or not (found := command(case, part)):
            return case
        results, argv = found
        if tuple(argv) not in self._known:
            print(f"once more, by itself: {case.id}", flush=True)
            self._known[tuple(argv)] = self._run(argv, self._root / results.base)
        return replace(case, outcome=Outcome.FLAKY) if self._known[tuple(argv)] else case

    def _run(self, argv: Sequence[str], workdir: Path) -> bool:
        # It ends whatever the command started, too.
        bounded = ["timeout", "--kill-after=30", str(_SECONDS), *argv]
        # Not where the results of the whole run are.
        env = {**os.environ, "JUNIT_DIR": str(self._folder)}
        return subprocess.run(bounded, cwd=workdir, env=env, check=False).returncode == 0
