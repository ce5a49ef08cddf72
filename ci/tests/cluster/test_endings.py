"""However a pipeline ends, the app serves, and the next call finishes what it left behind.

One moment of each step by default; `--matrix` ends it at every moment and writes the table of
docs/deploy-transaction.md.
"""

import signal
import subprocess
import sys
from pathlib import Path

import lab
import processes
import pytest
import releases
from load import Load

import interruption_matrix
import process_state
from interruption_matrix import Ending, Row

pytestmark = pytest.mark.lab
ONLY_WHOLE = pytest.mark.matrix

COMMAND = Path(__file__).parent / "interrupted_commands.py"
FAULTS = Path(__file__).parent / "faults"
VALUES = Path(__file__).parent / "other.yaml"
PATHS = ("/api/health", "/")
SECONDS = 150


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows")


@pytest.fixture(scope="module")
def good(images: str) -> str:
    """Two good releases: one to serve, one to go back to."""
    releases.serve_with_a_way_back(images)
    return images


def command(ending: Ending, images: str) -> list[str]:
    """Return the call that comes to the moment."""
    deploy = ["deploy", "--env", "local"]
    match ending.at:
        case "publish":
            return deploy
        case "rollback":
            return ["rollback", "--env", "local"]
        case "return":
            return [*deploy, "--images", images, "--values", str(FAULTS / "test.yaml")]
        case "upgrade":
            return [*deploy, "--images", images, "--values", str(FAULTS / "slow.yaml")]
        case _:
            return [*deploy, "--images", images, "--values", str(VALUES)]


def start(ending: Ending, mark: Path, argv: list[str]) -> "subprocess.Popen[str]":
    # The step of `rollback` is what comes to pass where a deploy returns.
    at = "return" if ending.at == "rollback" else ending.at
    options = ["--at", at, "--when", ending.when, "--how", ending.how, "--mark", str(mark)]
    return subprocess.Popen(
        [sys.executable, str(COMMAND), *options, "--", *argv],
        cwd=lab.ROOT, env=lab.pipeline_environment(), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def ended(ending: Ending, folder: Path, argv: list[str]) -> str:
    """Run a pipeline to its end, prove that it came as it should, and return what was said."""
    mark = folder / "mark"
    process = start(ending, mark, argv)
    born = process_state.started(process.pid)
    assert born
    said, _ = process.communicate(timeout=SECONDS)
    print(f"{ending}: process {process.pid}, started at tick {born}, ended {process.returncode}")
    print(said)
    assert mark.exists(), "the moment never came"
    assert process_state.started(process.pid) != born
    if ending.how == "killed":
        assert process.returncode == -signal.SIGKILL
    elif process.returncode != 0:
        # Cut off after its last word to the cluster it may have ended well.
        assert process.returncode == 1
        assert "next:" in said or "FAILED" in said
    lab.until("its helm is gone with it", lambda: not processes.helms(), 30)
    return said


def left_behind() -> str:
    """Say how the release and its lock were left."""
    newest = lab.latest()
    number = newest["revision"]
    standing = lab.verdict(number).partition("-")[2] or "unverified"
    if not lab.verdict(number).startswith(f"r{number}-"):
        standing = "unverified"
    state = newest["status"] if newest["status"] != "deployed" else f"deployed, {standing}"
    return f"{state}; lock {'held' if lab.holder() else 'free'}"


def what_it_did(said: str) -> str:
    """Name what the next call did beside its own work."""
    signs = {
        "waited for the lock": "lock: waiting for",
        "took the lock over": "gone silent; taking over",
        "healed the release": "heal: revision",
    }
    did = [what for what, sign in signs.items() if sign in said]
    return ", ".join([*did, "passed"])


MOMENTS = [
    pytest.param(
        ending, id=str(ending), marks=[] if ending in interruption_matrix.CHOSEN else ONLY_WHOLE
    )
    for ending in interruption_matrix.ALL
]


@pytest.mark.parametrize("ending", MOMENTS)
def test_the_next_call_finishes_what_was_left_behind(
    good: str, ending: Ending, tmp_path: Path, rows: Path
) -> None:
    mid_upgrade = Ending("upgrade", "during", "killed")
    if ending.at == "heal":
        stuck = tmp_path / "stuck"
        stuck.mkdir()
        ended(mid_upgrade, stuck, command(mid_upgrade, good))
        assert lab.latest()["status"] == "pending-upgrade", "there is nothing to heal"
    if ending.at == "rollback":
        # New pods, so that there is something to go back from.
        run = lab.todo_ci(*command(mid_upgrade, good))
        assert run.exit_code == 0, run.text
    then = ["rollback"] if ending.at == "rollback" else ["deploy", "--images", good]
    with Load(PATHS) as load:
        ended(ending, tmp_path, command(ending, good))
        left = left_behind()
        run = lab.todo_ci(then[0], "--env", "local", *then[1:])
    print(f"{ending}: {left}; {load.answered} requests meanwhile")
    assert run.exit_code == 0, run.text
    assert load.failures == []
    assert load.answered > 0
    newest = lab.latest()
    assert newest["status"] == "deployed"
    assert lab.verdict(newest["revision"]) == f"r{newest['revision']}-passed"
    assert not lab.holder(), "the lock is given back"
    interruption_matrix.save(Row(ending, left, then[0], what_it_did(run.text), run.seconds), rows)


@ONLY_WHOLE
def test_the_table_is_written(rows: Path) -> None:
    made = interruption_matrix.load(rows)
    interruption_matrix.write(made)
    assert {row.ending for row in made} == set(interruption_matrix.ALL)
