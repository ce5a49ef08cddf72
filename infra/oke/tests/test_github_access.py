"""What lets a repository's jobs in is made once, compared with what is there, and never widened.

Real parts: `oci` and its SDK, kubectl, the API server. Oracle's domain is played, and holds each
request to the SDK's own models.
"""

import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api_server import ApiServer
from github_side import USER, access, environment, settings, start
from oracle import OKE, Oracle

pytestmark = pytest.mark.lab

MADE = ("Users", "Groups", "policies", "Apps", "IdentityPropagationTrusts")


def test_each_thing_is_made_once_and_a_second_run_finds_it(oracle: Oracle, account: Path) -> None:
    plan = access(oracle, account, "--dry-run")
    assert (plan.code, plan.err) == (0, "")
    assert plan.out.count("would make  ") == len(MADE)
    assert oracle.changes() == []

    done = access(oracle, account)
    assert done.code == 0, done.err
    there = oracle.there()
    assert {kind: len(there[kind]) for kind in MADE} == dict.fromkeys(MADE, 1)
    (trust,) = there["IdentityPropagationTrusts"]
    (user,) = there["Users"]
    assert trust["impersonationServiceUsers"] == [
        {"rule": 'sub eq "repo:somebody@11/todo@22:environment:oke"', "value": user["id"]}
    ]
    assert trust["clientClaimValues"] == [oracle.url]
    secret = account.parent / ".oci/todo-github.secret"
    assert secret.stat().st_mode & 0o77 == 0
    assert secret.read_text() not in done.out + done.err

    changes = oracle.changes()
    again = access(oracle, account)
    assert again.code == 0, again.err
    assert again.out.count("there       ") == len(MADE)
    assert oracle.changes() == changes
    assert settings(again, account) == settings(done, account)


@pytest.mark.parametrize("changes", range(1, len(MADE) + 1))
def test_a_run_that_was_killed_is_finished_by_the_next(
    changes: int, oracle: Oracle, account: Path
) -> None:
    killed = oracle.killed_at(changes, lambda: start(oracle, account))
    assert killed.code == -signal.SIGKILL
    done = access(oracle, account)
    assert done.code == 0, done.err
    there = oracle.there()
    assert {kind: len(there[kind]) for kind in MADE} == dict.fromkeys(MADE, 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--repository", "somebody/todo"), "is not OWNER@ID/NAME@ID"),
        (("--repository", 'a@1/b@2" or sub co "'), "is not OWNER@ID/NAME@ID"),
        (("--repository", "a@1/b@2\nx"), "is not OWNER@ID/NAME@ID"),
        (("--by-name", "--repository", "somebody@1/todo@2"), "is not OWNER/NAME"),
        (("--name", "A/b"), "is not small letters"),
        (("--environment", 'oke"'), "is not the name of an environment"),
        (("--domain", "Other"), "there is no identity domain 'Other'"),
        (("--colour", "red"), "there is no option '--colour'"),
    ],
)
def test_bad_input_changes_nothing(
    options: tuple[str, ...], said: str, oracle: Oracle, account: Path
) -> None:
    done = access(oracle, account, *options)
    assert done.code == 1
    assert said in done.err
    assert "next: " in done.err
    assert oracle.changes() == []


def test_a_trust_for_other_jobs_is_left_alone_and_named(
    job: dict[str, str], oracle: Oracle, beginning: Path
) -> None:
    before = oracle.there()["IdentityPropagationTrusts"]
    done = access(oracle, beginning, "--repository", "somebody@11/other@23")
    assert done.code == 1
    assert "believes" in done.err
    for name in ("todo@22", "other@23"):
        assert f'sub eq "repo:somebody@11/{name}:environment:oke"' in done.err
    assert "--domain" in done.err
    assert oracle.there()["IdentityPropagationTrusts"] == before


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("IdentityPropagationTrusts", {"active": False}, "false http"),
        ("IdentityPropagationTrusts", {"oauthClients": ["client9"]}, "client9"),
        ("IdentityPropagationTrusts", {"clientClaimValues": ["any"]}, " any "),
        ("Groups", {"members": []}, "its members is ''"),
        ("Users", {USER: {"serviceUser": False}}, "a user of a service is 'false'"),
    ],
)
def test_what_goes_by_the_name_and_is_something_else_is_refused(
    kind: str, change: dict[str, Any], said: str, job: dict[str, str], oracle: Oracle,
    beginning: Path,
) -> None:  # fmt: skip
    oracle.control("alter", [kind, change])
    done = access(oracle, beginning)
    assert done.code == 1
    assert said in done.err
    assert "next: the same command with " in done.err


def test_a_second_name_leaves_the_first_ones_right(
    job: dict[str, str], oracle: Oracle, server: ApiServer, beginning: Path
) -> None:
    oracle.control("alter", ["IdentityPropagationTrusts", {"issuer": "https://elsewhere"}])
    options = ("--name", "other", "--by-name", "--repository", "somebody/old")
    done = access(oracle, beginning, *options)
    assert done.code == 0, done.err
    listed = ("get", "rolebindings", "--namespace", "todo", "-o", "json")
    bindings = json.loads(server.kubectl(*listed))["items"]
    names = {it["metadata"]["name"]: it["subjects"][0]["name"] for it in bindings}
    users = {it["userName"]: it["ocid"] for it in oracle.there()["Users"]}
    for name in ("todo-github", "other"):
        assert names[f"pipeline-token-{name}"] == users[name]


def test_a_secret_that_cannot_be_read_replaces_none(
    job: dict[str, str], oracle: Oracle, beginning: Path
) -> None:
    file = beginning.parent / ".oci/todo-github.secret"
    before = file.read_text()
    file.chmod(0o644)
    oracle.control("alter", ["Apps", {"clientSecret": None}])
    done = access(oracle, beginning)
    assert done.code == 1
    assert "Oracle does not show the secret of the application todo-github" in done.err
    assert file.read_text() == before
    oracle.control("restore", "finished")
    assert access(oracle, beginning).code == 0
    assert (file.read_text(), file.stat().st_mode & 0o77) == (before, 0)


def test_what_it_made_is_gone_after_the_commands_of_the_guide(
    oracle: Oracle, account: Path, server: ApiServer
) -> None:
    done = access(oracle, account, "--name", "ending")
    assert done.code == 0, done.err
    before = oracle.there()
    assert set(MADE) <= set(before)
    guide = (OKE / "README.md").read_text()
    (block,) = re.findall(
        r"::test_what_it_made_is_gone\w+ -->\n```sh\n(.+?)^```", guide, re.M | re.S
    )
    script = re.sub(r"https://\S+", oracle.url, block).replace("todo-github", "ending")
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], env=environment(oracle, account),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    after = oracle.there()
    assert set(before) - set(after) == set(MADE)
    rights = server.kubectl("get", "roles,rolebindings", "--namespace", "todo", "-o", "name")
    assert "pipeline-token-ending" not in rights
    assert not (account.parent / ".oci/ending.secret").exists()
