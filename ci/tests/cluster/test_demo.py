"""T105: the demonstration runs to its end with nobody there."""

import subprocess

import lab
import pytest

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("served")]


def test_the_demonstration_runs_unattended() -> None:
    done = subprocess.run(
        [lab.ROOT / "infra/scripts/demo.sh"], cwd="/", env=lab.nothing_set(),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\n== ") == 5
    assert "CrashLoopBackOff" in done.stdout + done.stderr
    newest = lab.latest()["revision"]
    assert lab.verdict(newest) == f"r{newest}-passed"
