"""Through an engine, no cache answers for a cluster: what is called again is done again.

One story in the order of the tests, on the embedded cluster: released twice, broken and returned
from, rolled back.
"""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engines import require_engine
from lab_settings import STATE, defaults, gateway, pipeline_environment, require_lab, resolved

pytestmark = [pytest.mark.engine, pytest.mark.lab]

ROOT = Path(__file__).parents[3]
FAULTS = ROOT / "ci/tests/cluster/faults"


@pytest.fixture(scope="module", autouse=True)
def engine() -> None:
    require_engine()
    require_lab()


@pytest.fixture(scope="module")
def images() -> str:
    """Publish this commit, which needs no engine."""
    published = subprocess.run(
        ["todo-ci", "publish", "--env", "local", "--format", "json"],
        cwd=ROOT, env=pipeline_environment(),
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert published.returncode == 0, published.stderr
    return json.dumps(json.loads(published.stdout))


def keys() -> str:
    """Return the values that the lab's Secrets have, as one text."""
    names = ["DATABASE_URL", "BETTER_AUTH_SECRET"]
    names += ["KAFKA_BROKERS", "KAFKA_USERNAME", "KAFKA_PASSWORD"]
    told = resolved()
    pull = told["SECRETS_REGISTRY_PASSWORD"]
    values = {name: told[f"SECRETS_{name}"] for name in names}
    return json.dumps({**values, "PULL_PASSWORD": pull, "COHERE_API_KEY": None})


def call(verb: str, *argv: str, given: str = "") -> dict[str, Any]:
    """Call a verb, given Secrets or none, and return its result, also that of one that failed."""
    done = subprocess.run(
        ["dagger", "--progress=plain", "call", verb, "--env=local",
         f"--kubeconfig=file://{STATE}/pipeline.kubeconfig",
         f"--url={gateway()}", "--report-only", *argv, "json"],
        cwd=ROOT, env={**os.environ, "NO_COLOR": "1", "KEYS": given},
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    print(done.stdout)
    return json.loads(done.stdout)


def deploy(images: str, values: Path, *argv: str, given: str = "") -> dict[str, Any]:
    told = defaults()
    return call(
        "deploy", f"--images={images}", f"--values={values}",
        f"--registry={told['DEPLOY_REGISTRY']}",
        f"--registry-username={told['DEPLOY_REGISTRY_USERNAME']}",
        f"--registry-password={told['DEPLOY_REGISTRY_PASSWORD']}", *argv, given=given,
    )  # fmt: skip


@pytest.fixture(scope="module")
def story() -> dict[str, int]:
    """Hold the revisions that the tests made, one after the other."""
    return {}


@pytest.mark.parametrize(("name", "replicas"), [("first", 1), ("second", 2)])
def test_a_deploy_is_a_revision_of_its_own(
    images: str, name: str, replicas: int, story: dict[str, int], tmp_path: Path
) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(f"backend: {{replicas: {replicas}}}\n")
    first = name == "first"
    made = deploy(
        images, values, *(["--keys=env:KEYS"] if first else []), given=keys() if first else ""
    )
    check = made["report"]["checks"][0]
    assert (check["name"] == "applied secrets") == first
    assert not first or {"app-secrets", "ghcr-pull"} <= set(re.split("[:;, ]+", check["evidence"]))
    assert (made["verdict"], made["serving"]) == ("passed", made["revision"])
    assert made["revision"] > story.get("first", 0)
    story[name] = made["revision"]


def test_a_broken_one_is_returned_from(images: str, story: dict[str, int]) -> None:
    broken = deploy(images, FAULTS / "crash.yaml")
    assert (broken["verdict"], broken["returned_to"]) == ("failed", story["second"])
    assert "CrashLoopBackOff" in json.dumps(broken)
    story["returned"] = broken["serving"]


def test_a_rollback_goes_to_the_one_before_what_serves(story: dict[str, int]) -> None:
    back = call("rollback", f"--revision={story['first']}")
    assert (back["verdict"], back["serving"]) == ("passed", back["revision"])
    assert back["revision"] > story["returned"]
