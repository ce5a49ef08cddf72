"""The parts of the tests: the command of each, the results it leaves, and what runs beside what."""

from collections.abc import Sequence
from dataclasses import dataclass

JUNIT = "{junit}"
"""Stands in a command for the folder of the results."""
FILE, NAME, TITLE = "{file}", "{name}", "{title}"
"""Stand for a test: its file from the base, its name after it, and that name as a pattern."""
_PYTEST = ("pytest", "-c", "pytest.ini")
# The tests of a file on the cluster may go on from each other; the cluster is made anew for them.
_FILE_ON_A_CLUSTER = (
    *("sh", "-c", 'infra/scripts/e2e.sh "$1"; code=$?; infra/lab/lab down; exit $code', "sh"),
    FILE,
)
_OF_THE_EXAMPLE = "for verb in lint test chart; do todo-ci --project examples/guestbook $verb; done"


@dataclass(frozen=True, slots=True)
class Results:
    """Name a JUnit file, and the folder its tests' names start from.

    Attributes:
        alone: runs one of its tests by itself, or the file it is in, called in that folder.
    """

    file: str
    base: str
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Hold a command and the results it leaves.

    One without results is a single check, which its exit code decides.

    Attributes:
        reads_junit_dir: the command writes where the variable JUNIT_DIR says. No other part is
            given that variable, for its tests may call a command that does.
        live: its output is shown as it comes, not kept for the end.
        paths: what the command runs unless further arguments say.
    """

    command: tuple[str, ...]
    results: tuple[Results, ...] = ()
    reads_junit_dir: bool = False
    live: bool = False
    paths: tuple[str, ...] = ()


def _pytest(name: str, marked: str, *paths: str, live: bool = False) -> Part:
    file = f"{name}.xml"
    command = (*_PYTEST, f"--junitxml={JUNIT}/{file}", "-m", marked)
    alone = _FILE_ON_A_CLUSTER if live else (*_PYTEST, f"{FILE}::{NAME}")
    return Part(command, (Results(file, ".", alone),), live=live, paths=paths)


PARTS = {
    "lint": Part(("todo-ci", "lint")),
    "chart": Part(("todo-ci", "chart")),
    "example": Part(("sh", "-ec", _OF_THE_EXAMPLE)),
    "components": Part(
        ("todo-ci", "test"),
        (
            Results("backend.xml", "backend", (".venv/bin/pytest", f"{FILE}::{NAME}")),
            Results("vitest.xml", "frontend", ("npx", "vitest", "run", FILE)),
        ),
        reads_junit_dir=True,
    ),
    "browser": Part(
        ("infra/scripts/browser.sh",),
        (
            Results(
                "browser.xml", "frontend/e2e", ("../../infra/scripts/browser.sh", FILE, "-g", TITLE)
            ),
        ),
        reads_junit_dir=True,
    ),
    "pipeline": _pytest("pipeline", "not lab", "docs/tests", "ci/tests"),
    "infra": _pytest("infra", "not lab", "infra"),
    # Another app's stories, in namespaces of their own, with nothing done to the cluster itself.
    "guests": _pytest("guests", "lab", "ci/tests/another_app"),
    # What wants the lab's programs (daprd, BuildKit, a registry) but not its cluster.
    "programs": _pytest(
        "programs", "lab", "ci/tests/contract", "infra/helm/tests", "infra/oke/tests"
    ),
    "e2e": _pytest(
        "e2e", "lab", "ci/tests/cluster", "ci/tests/engine", "infra/lab/tests", live=True
    ),
}

# Lanes run side by side, the parts of one after the other. Two cores: the first lane of `./do test`
# keeps them busy, the second mostly waits for processes it started.
TEST_LANES = (("lint", "components", "browser"), ("chart", "example", "infra", "pipeline"))
# The tests on the cluster wait for pods half of the time; what runs beside them yields to them. The
# guests come first: later tests of the first lane end the cluster's own parts.
E2E, BESIDE_E2E = ("e2e",), ("guests", "programs")


def e2e_lanes(
    arguments: Sequence[str], beside: Sequence[str] = ()
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return what `./do e2e` runs, and which of it yields the processors to the rest.

    Args:
        arguments: pytest's, which choose; then it is one pytest over all of the tests.
        beside: parts of `./do test` that it left to this run. They follow in the second lane: with
            a third one, two processors had 30 processes waiting, and the first lane took longer.

    Raises:
        ValueError: naming what there is.
    """
    if arguments:
        return (E2E,), ()
    _refuse_unknown(beside)
    second = (*BESIDE_E2E, *beside)
    return (E2E, second), second


def lanes_of(names: Sequence[str], beside: Sequence[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Keep only the named parts of what `./do test` runs; all of them when none is named.

    Args:
        names: the parts.
        beside: parts left to `./do e2e`, when none is named.

    Raises:
        ValueError: naming what there is.
    """
    _refuse_unknown((*names, *beside))
    wanted = names or [name for lane in TEST_LANES for name in lane if name not in beside]
    kept = (tuple(name for name in lane if name in wanted) for lane in TEST_LANES)
    return tuple(lane for lane in kept if lane)


def _refuse_unknown(names: Sequence[str]) -> None:
    known = [name for lane in TEST_LANES for name in lane]
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"there is no part {unknown[0]!r}; there are: {', '.join(known)}")
