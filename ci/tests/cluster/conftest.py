"""What every test on the cluster starts from: the app's images in the lab's registry."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import lab


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
