"""The workflow keeps its promises: few rights, pinned actions, no text pasted into scripts."""

import json
import re

from workflow_file import ACTIONS, JOBS, ON, ROOT, TEXT, WORKFLOW, action_steps, steps

from todo_ci import environments


def test_it_starts_for_a_change_for_what_reached_main_and_by_hand() -> None:
    assert set(ON) == {"pull_request", "push", "workflow_dispatch"}
    assert ON["push"] == {"branches": ["main"]}
    inputs = ON["workflow_dispatch"]["inputs"]
    assert inputs["action"]["options"] == ["deploy", "rollback", "verify"]
    assert set(inputs["environment"]["options"]) == set(environments.names())
    assert inputs["environment"]["default"] == "oke"
    assert "revision" in inputs


def test_no_job_has_a_right_without_a_reason() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOBS["check"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    release = {"contents": "read", "packages": "write", "id-token": "write"}
    assert JOBS["release"]["permissions"] == release
    rights = re.findall(r"^ +[a-z-]+: (?:read|write)\b(.*)$", TEXT, re.MULTILINE)
    assert len(rights) == 5
    assert all(re.fullmatch(r" # to .+", reason) for reason in rights)


def test_every_action_is_pinned_by_commit_and_says_which_version_that_is() -> None:
    texts = "\n".join([TEXT, *(action.read_text() for action in ACTIONS)])
    used = re.findall(r"^ +(?:- )?uses: (.*)$", texts, re.MULTILINE)
    assert len(used) == len([step for step in steps() if "uses" in step]) == 12
    own = {f"./{action.parent.relative_to(ROOT)}" for action in ACTIONS}
    assert own < set(used)
    for action in set(used) - own:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_no_expression_is_pasted_into_a_script() -> None:
    scripts = [step["run"] for step in steps() if "run" in step]
    assert scripts
    assert not [text for text in scripts if "${{" in text]


def test_no_credential_is_left_in_the_clone() -> None:
    checkouts = [step for step in steps() if "actions/checkout@" in step.get("uses", "")]
    assert len(checkouts) == len(JOBS)
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_only_the_release_sees_secrets_and_each_step_only_its_own() -> None:
    assert "secrets." not in json.dumps(JOBS["check"])
    assert "secrets." not in json.dumps({**JOBS["release"], "steps": []})
    for step in JOBS["release"]["steps"]:
        assert "secrets." not in json.dumps({**step, "env": {}})
        # Not one that others wrote.
        assert "secrets." not in json.dumps(step) or step["uses"].startswith("./.github/actions/")
    for step in action_steps():
        assert "secrets." not in json.dumps(step)


def test_every_secret_and_variable_is_explained_with_the_command_that_sets_it() -> None:
    comment = "\n".join(line for line in TEXT.splitlines() if line.startswith("#"))
    for kind, word in (("secrets", "secret"), ("vars", "variable")):
        used = set(re.findall(rf"\b{kind}\.(\w+)", TEXT))
        assert used == set(re.findall(rf"gh {word} set (\w+) --env oke", comment))


def test_the_release_is_one_at_a_time_and_never_cut_off() -> None:
    release = JOBS["release"]
    assert release["environment"]["name"] == "${{ inputs.environment || 'oke' }}"
    group = release["concurrency"]["group"]
    assert group.startswith("release-${{ inputs.environment || 'oke' }}-")
    assert release["concurrency"]["cancel-in-progress"] is False
    # What waits for a group is dropped for whatever comes later in it.
    own = "(inputs.action == 'rollback' || inputs.action == 'verify') && github.run_id"
    assert group.endswith(f"${{{{ {own} || 'deploy' }}}}")


def test_what_is_local_never_runs_on_a_hosted_runner() -> None:
    assert JOBS["release"]["runs-on"] == (
        "${{ inputs.environment == 'local' && 'self-hosted' || 'ubuntu-24.04' }}"
    )


def test_nothing_runs_for_hours() -> None:
    assert all(job["timeout-minutes"] <= 30 for job in JOBS.values())


def test_the_release_needs_a_check_that_passed() -> None:
    assert JOBS["release"]["needs"] == "check"
    condition = JOBS["release"]["if"]
    assert "github.event_name != 'pull_request'" in condition
    assert "(needs.check.result == 'success' || needs.check.result == 'skipped')" in condition
    # So nothing else may skip it.
    assert JOBS["check"]["if"] == "inputs.action != 'rollback' && inputs.action != 'verify'"


def test_it_is_thin() -> None:
    lines = [line.strip() for line in TEXT.splitlines()]
    assert len([line for line in lines if line and not line.startswith("#")]) < 90
