"""The workflow that other apps copy calls verbs that there are, with flags that they have."""

import json
import re
import subprocess
from typing import Any

import yaml

from command_lines import ROOT, Command, fault

FILE = ROOT / "examples/workflow.yml"
TEXT = FILE.read_text()
JOBS: dict[str, Any] = yaml.safe_load(TEXT)["jobs"]
STEPS: list[dict[str, Any]] = [step for job in JOBS.values() for step in job["steps"]]
CALLS = [step["run"].replace('"', "") for step in STEPS if "run" in step]


def test_each_call_can_be_typed() -> None:
    verbs = [re.findall(r"call --source \. (\w+)", call) for call in CALLS]
    assert verbs == [["ci"], ["deploy"]]
    assert [wrong for call in CALLS if (wrong := fault(Command(call)))] == []


def test_a_flag_that_there_is_not_would_be_found() -> None:
    assert "has no flag --keyz" in fault(Command(CALLS[1].replace("--keys", "--keyz")))


def test_github_would_take_it() -> None:
    done = subprocess.run(["actionlint", FILE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_it_uses_what_the_repositorys_own_workflow_uses() -> None:
    files = [*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob(".github/actions/*/action.yml")]
    ours = "\n".join(file.read_text() for file in files)
    assert [step["uses"] for step in STEPS if step.get("uses", "") not in (*ours.split(), "")] == []
    version = json.loads((ROOT / "dagger.json").read_text())["engineVersion"]
    assert set(re.findall(r"version: (\S+)", TEXT)) == {version}


def test_no_secret_is_pasted_into_a_command() -> None:
    assert not [call for call in CALLS if "${{" in call]
