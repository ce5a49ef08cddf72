"""The workflow's release job, on a real runner, releases this commit on the embedded cluster.

`dagger` stands for `todo-ci` here, whose verbs and flags are the same: tests/unit/test_main.py
compares them. The check job's one verb runs all tests and is only recorded.
"""

import base64
import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from lab_settings import STATE, resolved
from workflow_runner import ROOT, needs_act, run

pytestmark = [pytest.mark.lab, needs_act]

# A call without its first and last word: `call` and `report`. act has a home of its own.
DAGGER = f"""#!/bin/bash
echo "$@" >>{{record}}
passed='{{{{"passed": true, "table": "", "markdown": "the checks"}}}}'
[ "$2" != ci ] || {{{{ echo "$passed"; exit 0; }}}}
export HOME={Path.home()} PATH={Path(sys.executable).parent}:{STATE}/bin:$PATH
# Where base images are, which an engine is told in its own settings.
export CONTAINERS_REGISTRIES_CONF={STATE}/registries.conf
cd {ROOT} && markdown=$(todo-ci "${{{{@:2:$#-2}}}}" --format markdown) &&
  jq -n --arg it "$markdown" '{{{{passed: true, table: $it, markdown: $it}}}}'
"""


def newest() -> dict[str, object]:
    """Return the newest release."""
    environment = {**os.environ, "PATH": f"{STATE}/bin:{os.environ['PATH']}"}
    done = subprocess.run(
        [
            Path(sys.executable).parent / "todo-ci", "history", "--env", "local",
            "--kubeconfig", f"file:{STATE}/pipeline.kubeconfig", "--format", "json",
        ],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return max(json.loads(done.stdout), key=lambda it: it["number"], default={"number": 0})


def test_a_run_publishes_releases_and_serves_the_commit(tmp_path: Path) -> None:
    """T074 to T077."""
    given = resolved()
    secrets = {
        "KUBECONFIG": base64.b64encode((STATE / "pipeline.kubeconfig").read_bytes()).decode(),
        "DATABASE_URL": given["SECRETS_DATABASE_URL"],
        "BETTER_AUTH_SECRET": given["SECRETS_BETTER_AUTH_SECRET"],
        "KAFKA_PASSWORD": given["SECRETS_KAFKA_PASSWORD"],
        "REGISTRY_PASSWORD": given["DEPLOY_REGISTRY_PASSWORD"],
    }
    variables = {
        "APP_URL": given["DEPLOY_URL"],
        "KAFKA_BROKERS": given["SECRETS_KAFKA_BROKERS"],
        "KAFKA_USERNAME": given["SECRETS_KAFKA_USERNAME"],
        "REGISTRY": given["DEPLOY_REGISTRY"],
        "REGISTRY_USERNAME": given["DEPLOY_REGISTRY_USERNAME"],
    }
    options = [f"--var={name}={value}" for name, value in variables.items()]
    options += ["--input=action=deploy", "--input=environment=local"]
    done = run(
        tmp_path, "workflow_dispatch", *options, dagger=DAGGER, secrets=secrets, seconds=1500
    )
    print(done.said)
    assert done.ended == {"check": "succeeded", "release": "succeeded"}, done.said
    assert [call.split()[1] for call in done.calls if call.startswith("call")] == [
        "ci", "deploy", "history",
    ]  # fmt: skip
    assert re.search(r"applied secrets.*app-secrets", done.said)
    # Or by an earlier one of the same images and values: then it was verified.
    assert re.search(r"deploy to local: .*passed in \d+ s", done.said)
    assert newest()["verdict"] == "passed"
    commit = subprocess.run(
        ["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{given['DEPLOY_URL']}/api/health", timeout=10) as answer:
        assert json.load(answer)["commit"] == commit
    assert not [value for value in secrets.values() if value in done.said]
