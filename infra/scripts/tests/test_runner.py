"""Parts run side by side, each to its own log, and none is left when the run is ended."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from testrun import runner
from testrun.parts import PARTS, Part, e2e_lanes, lanes_of

ROOT = Path(__file__).parents[1]
AUTOGROUP = Path("/proc/self/autogroup")


def shell(script: str, *, reads_junit_dir: bool = False, live: bool = False) -> Part:
    return Part(("sh", "-ec", script, "sh"), reads_junit_dir=reads_junit_dir, live=live)


def test_each_part_has_its_log_and_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    parts = {"good": shell("echo begun; echo '== 3 passed =='"), "bad": shell("echo no; exit 3")}
    assert runner.run([["good", "bad"]], parts, tmp_path)
    good, bad = capfd.readouterr().out.splitlines()
    assert good.split() == ["good", "passed", "0", "s", "3", "passed"]
    assert bad.split() == ["bad", "failed", "(3)", "0", "s"]
    assert (tmp_path / "good.log").read_text() == "begun\n== 3 passed ==\n"
    assert (tmp_path / "bad.log").read_text() == "no\n"


def test_lanes_run_side_by_side_and_the_parts_of_one_in_turn(tmp_path: Path) -> None:
    meet = 'for i in $(seq 100); do [ -e "{0}" ] && exit 0; sleep 0.1; done; exit 1'
    parts = {
        "first": shell(f"touch {tmp_path}/a; " + meet.format(tmp_path / "b")),
        "beside": shell(f"touch {tmp_path}/b; " + meet.format(tmp_path / "a")),
        "after": shell(f"[ -e {tmp_path}/first.json ]"),
    }
    runner.run([["first", "after"], ["beside"]], parts, tmp_path)
    for name in parts:
        assert '"exit_code": 0' in (tmp_path / f"{name}.json").read_text(), name


def test_a_part_shown_live_needs_no_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    runner.run([["a"]], {"a": shell("echo seen", live=True)}, tmp_path)
    assert "seen\n" in capfd.readouterr().out


def test_arguments_reach_the_command_in_place_of_its_paths(tmp_path: Path) -> None:
    part = replace(shell('echo "$1"'), paths=("its own",))
    runner.run([["a"]], {"a": part}, tmp_path, ["one two"])
    assert (tmp_path / "a.log").read_text() == "one two\n"
    runner.run([["a"]], {"a": part}, tmp_path)
    assert (tmp_path / "a.log").read_text() == "its own\n"


def test_a_part_that_yields_runs_at_a_lower_priority(tmp_path: Path) -> None:
    told = "nice; cat /proc/self/autogroup 2>/dev/null || echo nice 0"
    parts = {"a": shell(told), "b": shell(told)}
    runner.run([["a", "b"]], parts, tmp_path, yielding=["a"])
    (own, session), (plain, beside) = (
        (tmp_path / f"{name}.log").read_text().splitlines() for name in "ab"
    )
    assert (own, plain) == (f"{min(19, os.nice(0) + 5)}", f"{os.nice(0)}")
    assert beside.endswith("nice 0")
    assert session.endswith("nice 5") or not AUTOGROUP.exists()


def test_only_a_part_that_reads_junit_dir_is_given_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUNIT_DIR", "/elsewhere")
    script = 'echo "${JUNIT_DIR-none}"'
    parts = {"reads": shell(script, reads_junit_dir=True), "does not": shell(script)}
    runner.run([list(parts)], parts, tmp_path)
    assert (tmp_path / "reads.log").read_text() == f"{tmp_path}\n"
    assert (tmp_path / "does not.log").read_text() == "none\n"


def test_a_command_that_is_not_there_fails_its_part_alone(tmp_path: Path) -> None:
    parts = {"gone": Part(("/nowhere/command",)), "good": shell("exit 0")}
    assert runner.run([["gone", "good"]], parts, tmp_path)
    assert '"exit_code": 127' in (tmp_path / "gone.json").read_text()
    assert "/nowhere/command" in (tmp_path / "gone.log").read_text()
    assert '"exit_code": 0' in (tmp_path / "good.json").read_text()


PROGRAM = """
import sys
from pathlib import Path
from testrun import runner
from testrun.parts import Part

runner.GRACE = (1.0, 1.0)
folder = Path(sys.argv[1])
wait = "echo $$ >{folder}/{name}.pid; {trap} sleep 60 & echo $! >{folder}/{name}.child; wait; wait"
parts = {
    name: Part(("sh", "-c", wait.format(folder=folder, name=name, trap=trap)))
    for name, trap in {"polite": "", "deaf": "trap '' INT TERM;"}.items()
}
lanes = [["polite", "never"], ["deaf"]]
sys.exit(0 if runner.run(lanes, parts | {"never": parts["deaf"]}, folder) else 130)
"""


def is_there(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    # One that nobody waits for is gone all the same.
    return state != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_every_part_and_starts_no_further_one(number: int, tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=ROOT)
    files = [tmp_path / f"{n}.{kind}" for n in ("polite", "deaf") for kind in ("pid", "child")]
    deadline = time.monotonic() + 30
    while not all(file.is_file() and file.read_text().strip() for file in files):
        assert time.monotonic() < deadline, "both parts begin"
        time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(30) == 130
    assert [file.name for file in files if is_there(int(file.read_text()))] == []
    assert not (tmp_path / "never.pid").exists()


def test_arguments_of_e2e_are_one_pytests_and_each_test_is_in_one_part() -> None:
    assert e2e_lanes(["-k", "lock"], ["browser"]) == ((("e2e",),), ())
    files = subprocess.run(
        ["git", "grep", "-lE", r"pytest\.mark\.lab\b", "--", "*.py"],
        cwd=ROOT.parents[1], capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    paths = [path for lane in e2e_lanes([])[0] for name in lane for path in PARTS[name].paths]
    found = {file: sum(file.startswith(f"{path}/") for path in paths) for file in files}
    assert {file: n for file, n in found.items() if n != 1} == {}
    assert found


def test_parts_can_be_named() -> None:
    assert lanes_of(["browser", "lint"]) == (("lint", "browser"),)
    assert {"lint", "e2e"} & {name for lane in lanes_of([]) for name in lane} == {"lint"}


def test_a_part_left_to_e2e_runs_there_once_and_yields() -> None:
    beside = ["browser", "infra"]
    assert lanes_of([], beside) == (("lint", "components"), ("chart", "example", "pipeline"))
    assert lanes_of(["browser"], beside) == (("browser",),)
    lanes, yielding = e2e_lanes([], beside)
    assert lanes == (("e2e",), ("guests", "programs", "browser", "infra"))
    assert yielding == lanes[1]


def test_all_of_ci_run_is_every_part_once() -> None:
    script = (ROOT.parents[1] / ".ci/run").read_text()
    (names,) = re.findall(r"^TEST_BESIDE_E2E='(.+)'$", script, re.MULTILINE)
    lanes = lanes_of([], names.split()) + e2e_lanes([], names.split())[0]
    assert sorted(name for lane in lanes for name in lane) == sorted(PARTS)


def test_an_unknown_part_is_named_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="no part 'lnit'; there are: lint, "):
        lanes_of(["lnit"])
    with pytest.raises(ValueError, match="no part 'lnit'; there are: lint, "):
        e2e_lanes([], ["lnit"])
