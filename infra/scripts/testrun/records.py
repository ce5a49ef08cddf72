"""What a part left behind, as a file beside its JUnit files, so that later reports can read it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from testrun import junit
from testrun.junit import Case, Outcome
from testrun.parts import Part


@dataclass(frozen=True, slots=True)
class Record:
    """Hold how a part's command ended."""

    name: str
    exit_code: int
    seconds: float

    def write(self, folder: Path) -> None:
        """Write it for later reports."""
        _path(folder, self.name).write_text(json.dumps(asdict(self)))


@dataclass(frozen=True, slots=True)
class Ended:
    """Hold a part's cases, and the faults that no case of it tells of."""

    record: Record
    cases: tuple[Case, ...]
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Tell whether nothing is to be mended."""
        return not self.faults and not self.count(Outcome.FAILED)

    def count(self, outcome: Outcome) -> int:
        """Count cases, and a fault as a failed one."""
        faults = len(self.faults) if outcome is Outcome.FAILED else 0
        return faults + sum(case.outcome is outcome for case in self.cases)


def clear(folder: Path, name: str, part: Part) -> None:
    """Remove what an earlier run of a part left."""
    for path in (_path(folder, name), log(folder, name)):
        path.unlink(missing_ok=True)
    for results in part.results:
        (folder / results.file).unlink(missing_ok=True)


def log(folder: Path, name: str) -> Path:
    """Return where a part's output is kept."""
    return folder / f"{name}.log"


def load(folder: Path, parts: Mapping[str, Part], root: Path) -> list[Ended]:
    """Read every part that ran, in the order of parts."""
    found: list[Ended] = []
    for name, part in parts.items():
        if (path := _path(folder, name)).is_file():
            found.append(judge(Record(**json.loads(path.read_text())), part, folder, root))
    return found


def judge(record: Record, part: Part, folder: Path, root: Path) -> Ended:
    """Read a part's cases; a single check is one case, decided by its exit code."""
    if not part.results:
        outcome = Outcome.FAILED if record.exit_code else Outcome.PASSED
        return Ended(record, (Case(record.name, "", outcome, record.seconds),), ())
    cases: list[Case] = []
    faults: list[str] = []
    for results in part.results:
        try:
            cases += junit.read(folder / results.file, results.base, root)
        except FileNotFoundError:
            faults.append(f"{record.name} left no {results.file}")
        except ValueError as error:
            faults.append(f"{record.name}: {error}")
    failed = any(case.outcome is Outcome.FAILED for case in cases)
    if record.exit_code and not failed and not faults:
        faults.append(f"{record.name} ended with {record.exit_code}, though no test failed")
    if not cases and not faults:
        faults.append(f"{record.name} ran no test")
    return Ended(record, tuple(cases), tuple(faults))


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"
