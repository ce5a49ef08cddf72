"""T107: one command deploys, another says whether it serves; both as a person calls them."""

import json
import re
import subprocess

import lab
import pytest

pytestmark = pytest.mark.lab


def script(name: str, *arguments: str) -> lab.Run:
    """Run a script of infra/scripts on the lab, with nothing set for it."""
    command = [lab.ROOT / "infra/scripts" / name, "--env", "local", *arguments]
    # From another folder: where it is called from does not matter.
    done = subprocess.run(
        command,
        cwd="/tmp",
        env=lab.nothing_set(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    print(done.stdout + done.stderr)
    return lab.Run(done.returncode, done.stdout, done.stderr, 0)


def test_one_command_deploys(images: str) -> None:
    before = lab.latest()["revision"]
    # What serves already would be verified alone.
    other = str(lab.CLUSTER / "other.yaml")
    done = script("deploy-oke.sh", "--images", images, "--values", other)
    assert done.exit_code == 0, done.text
    assert "app-secrets" in done.stdout
    assert lab.serves_newer_than(before)
    assert lab.verdict(lab.latest()["revision"]) == f"r{lab.latest()['revision']}-passed"


def test_another_says_that_it_serves(served: str) -> None:
    done = script("verify-deployment.sh")
    assert done.exit_code == 0, done.text
    for check in ("release", "deployments", "sidecars", "gateway /api/health", "events", "jobs"):
        assert re.search(rf"^{check} +passed ", done.stdout, re.MULTILINE), check


def test_what_does_not_serve_is_told_with_the_next_command(served: str) -> None:
    done = script("verify-deployment.sh", "--url", "http://localhost:8000")
    assert done.exit_code == 1, done.text
    (line,) = re.findall(r"^address +failed .*$", done.stdout, re.MULTILINE)
    assert "people cannot sign in at http://localhost:8000" in line
    assert "./do verify --url http://127.0.0.1:8000" in line


def test_what_cannot_be_deployed_fails_and_changes_nothing(served: str) -> None:
    before = lab.latest()
    images = json.loads(served)
    images["backend"] = images["backend"].partition("@")[0] + "@sha256:" + 64 * "0"
    done = script("deploy-oke.sh", "--keep-secrets", "--images", json.dumps(images))
    assert done.exit_code == 1, done.text
    assert lab.latest() == before
