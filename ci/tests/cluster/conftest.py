"""What every test on the cluster starts from: the app's images in the lab's registry."""

import sys
import uuid
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import lab
import people
import releases

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files that want two replicas one after the other: they share a release."""
    places = [place for place, item in enumerate(items) if item.path.parent == HERE]
    ours = [items[place] for place in places]
    ours.sort(key=lambda item: "two_replicas" in getattr(item, "fixturenames", ()))
    for place, item in zip(places, ours, strict=True):
        items[place] = item


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
def served(images: str) -> str:
    """Have this commit released and verified, for what is wrong to be seen and returned from."""
    releases.serve(images)
    return images


@pytest.fixture(scope="module")
def two_replicas(images: str) -> None:
    """Release this commit with two backends, so that one can be lost."""
    releases.serve(images, {"backend": {"replicas": 2}})


@pytest.fixture
def user() -> str:
    """Sign up a user nobody else is: topics and tables keep what earlier runs left."""
    return people.sign_up(f"test-{uuid.uuid4().hex[:12]}")
