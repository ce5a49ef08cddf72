"""The promise: a pull request's change can be looked at, by nobody's right but its repository's."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / ".github/workflows"
TEXT = (FOLDER / "preview.yml").read_text()
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
ON = WORKFLOW[True]  # YAML 1.1 reads the key `on` as a truth value
JOB: dict[str, Any] = WORKFLOW["jobs"]["preview"]
OTHERS: dict[str, Any] = yaml.safe_load((FOLDER / "deploy-oke.yml").read_text())["jobs"]
STEPS: list[dict[str, Any]] = JOB["steps"]


def step(used: str) -> dict[str, Any]:
    return next(each for each in STEPS if each["uses"].partition("@")[0].endswith(f"/{used}"))


def test_it_follows_a_pull_request_from_its_first_commit_to_its_end_and_looks_once_a_day() -> None:
    assert set(ON) == {"pull_request", "schedule"}, "and never pull_request_target"
    types = {"opened", "reopened", "synchronize", "closed"}
    assert set(ON["pull_request"]["types"]) == types
    ((cron,),) = [[each["cron"] for each in ON["schedule"]]]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", cron)


def test_it_is_off_until_somebody_says_where_and_never_runs_a_strangers_change() -> None:
    assert JOB["if"].startswith("vars.PREVIEW_ENVIRONMENT != '' && (")
    own = "github.event.pull_request.head.repo.full_name == github.repository"
    assert JOB["if"].endswith(f"(github.event_name == 'schedule' || {own})")
    assert "gh variable set PREVIEW_ENVIRONMENT --body preview" in TEXT


def test_no_job_has_a_right_without_a_reason() -> None:
    assert WORKFLOW["permissions"] == {}
    rights = {"contents": "read", "packages": "write", "pull-requests": "write"}
    assert JOB["permissions"] == rights
    said = re.findall(r"^ +[a-z-]+: (?:read|write)\b(.*)$", TEXT, re.MULTILINE)
    assert len(said) == len(rights)
    assert all(re.fullmatch(r" # to .+", reason) for reason in said)


def test_a_closed_one_is_taken_away_and_so_is_what_is_old() -> None:
    ended = "(github.event_name == 'schedule' || github.event.action == 'closed')"
    assert JOB["env"]["ACTION"] == f"${{{{ {ended} && 'unpreview' || 'preview' }}}}"
    name = "github.event.number && format('pr-{0}', github.event.number)"
    assert step("call")["env"]["NAME"] == f"${{{{ {name} }}}}"


def test_each_pull_request_has_one_at_a_time_and_none_is_cut_off() -> None:
    group = JOB["concurrency"]
    assert group["group"] == "preview-${{ github.event.number || 'age' }}"
    assert group["cancel-in-progress"] is False
    assert JOB["timeout-minutes"] <= 30


def test_what_it_uses_is_what_the_release_uses() -> None:
    """Pinned there, and written there."""
    theirs = {each["uses"] for job in OTHERS.values() for each in job["steps"]}
    assert {each["uses"] for each in STEPS} <= theirs
    assert step("checkout")["with"] == {"persist-credentials": False}
    assert not [each for each in STEPS if "run" in each]
    lines = [line.strip() for line in TEXT.splitlines()]
    assert len([line for line in lines if line and not line.startswith("#")]) < 60, "it is thin"


def test_it_is_given_no_key_and_each_step_its_own_secrets() -> None:
    assert "SIGNING" not in TEXT, "what nobody has looked at is not signed"
    assert "DATABASE" not in TEXT, "its Secrets are those of the namespace"
    assert "secrets." not in str({**JOB, "steps": []})
    assert all("secrets." not in str({**each, "env": {}}) for each in STEPS)


def test_the_comment_is_its_own_and_tells_of_a_failure_too() -> None:
    said = step("comment")
    assert said["with"] == {"about": "preview"}
    assert said["if"] == "${{ !cancelled() && github.event_name == 'pull_request' }}"
    checks = [each for each in OTHERS["check"]["steps"] if each["uses"].endswith("/comment")]
    assert "with" not in checks[0]


def test_every_secret_and_variable_is_explained_with_the_command_that_sets_it() -> None:
    comment = "\n".join(line for line in TEXT.splitlines() if line.startswith("#"))
    for kind, word in (("secrets", "secret"), ("vars", "variable")):
        used = set(re.findall(rf"\b{kind}\.(\w+)", TEXT))
        assert used == set(re.findall(rf"gh {word} set (\w+)\b", comment))
