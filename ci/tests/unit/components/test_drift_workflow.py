"""The daily look keeps the promises of the workflow beside it, and changes nothing."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / ".github/workflows"
TEXT = (FOLDER / "drift.yml").read_text()
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
ON = WORKFLOW[True]  # YAML 1.1 reads the key `on` as a truth value
JOB: dict[str, Any] = WORKFLOW["jobs"]["drift"]
RELEASE: dict[str, Any] = yaml.safe_load((FOLDER / "deploy-oke.yml").read_text())["jobs"]["release"]
STEPS: list[dict[str, Any]] = JOB["steps"]


def step(used: str, steps: list[dict[str, Any]] = STEPS) -> dict[str, Any]:
    return next(each for each in steps if each["uses"].partition("@")[0].endswith(f"/{used}"))


def test_it_runs_once_a_day_and_by_hand() -> None:
    assert set(ON) == {"schedule", "workflow_dispatch"}
    ((cron,),) = [[each["cron"] for each in ON["schedule"]]]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", cron)


def test_it_has_no_right_that_changes_anything() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOB["permissions"] == {"contents": "read", "packages": "read", "id-token": "write"}
    rights = re.findall(r"^ +[a-z-]+: (?:read|write)\b(.*)$", TEXT, re.MULTILINE)
    assert all(re.fullmatch(r" # to .+", reason) for reason in rights)


def test_it_only_looks() -> None:
    """The flags of each verb are in test_workflow_scripts.py."""
    assert not [each for each in STEPS if "run" in each]
    calls = [each for each in STEPS if each["uses"] == "./.github/actions/call"]
    assert [each["with"]["verb"] for each in calls] == ["verify", "diff", "scan"]
    assert set(calls[0]["env"]) == {"URL"}


def test_what_has_become_known_is_looked_for_where_somebody_asked() -> None:
    (scan,) = [each for each in STEPS if each.get("with") == {"verb": "scan"}]
    assert "vars.DRIFT_SCAN == 'true'" in scan["if"]
    assert scan["if"].startswith("${{ !cancelled() && "), "whatever came of what is before it"
    assert "gh variable set DRIFT_SCAN --body true" in TEXT
    (release,) = [each for each in RELEASE["steps"] if each.get("name") == "Release and verify"]
    assert scan["env"].items() <= release["env"].items(), "it reads where the release pushed"
    assert STEPS.index(scan) < STEPS.index(step("webhook")), "a chat is told"


def test_it_holds_no_release_back() -> None:
    assert JOB["concurrency"]["group"] != RELEASE["concurrency"]["group"]
    assert JOB["timeout-minutes"] <= 30


def test_what_it_uses_is_what_the_release_uses() -> None:
    """Pinned there, and written there."""
    theirs = {each["uses"] for each in RELEASE["steps"] if "uses" in each}
    assert {each["uses"] for each in STEPS if "uses" in each} <= theirs
    assert step("checkout")["with"] == {"persist-credentials": False}
    wanted = {"env", "uses"}
    ours, other = (step("kubeconfig", steps) for steps in (STEPS, RELEASE["steps"]))
    assert {key: ours[key] for key in wanted} == {key: other[key] for key in wanted}


def test_each_step_sees_its_own_secrets() -> None:
    assert "secrets." not in str({**JOB, "steps": []})
    assert all("secrets." not in str({**each, "env": {}}) for each in STEPS)


def test_it_is_off_until_somebody_says_where() -> None:
    assert "vars.DRIFT_ENVIRONMENT != ''" in JOB["if"]
    assert "gh variable set DRIFT_ENVIRONMENT --body oke" in TEXT
