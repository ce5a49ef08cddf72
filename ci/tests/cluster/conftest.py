"""What every test on the cluster starts from: the app's images in the lab's registry."""

import json
import sys
import uuid
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import lab
import people


@pytest.fixture(scope="session")
def images() -> str:
    """Publish this commit once and return its references as JSON, for `deploy --images`."""
    assert (lab.STATE / "pipeline.env").exists(), "the lab is not up; next: ./do lab up"
    applied = lab.todo_ci("secrets", "--env", "local")
    assert applied.exit_code == 0, applied.text
    published = lab.todo_ci("publish", "--format", "json", timeout=900)
    assert published.exit_code == 0, published.text
    return published.stdout.strip()


@pytest.fixture(scope="module")
def empty_namespace(images: str) -> str:
    """Start a story with nothing released."""
    lab.uninstall()
    return images


@pytest.fixture(scope="module")
def two_replicas(images: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Release this commit with two backends, so that one can be lost.

    Once a file, not once a run: the files between release the app in ways of their own.
    """
    values = tmp_path_factory.mktemp("values") / "two.yaml"
    values.write_text(json.dumps({"backend": {"replicas": 2}}))
    run = lab.todo_ci("deploy", "--env", "local", "--images", images, "--values", str(values))
    assert run.exit_code == 0, run.text


@pytest.fixture
def user() -> str:
    """Sign up a user nobody else is: topics and tables keep what earlier runs left."""
    return people.sign_up(f"test-{uuid.uuid4().hex[:12]}")
