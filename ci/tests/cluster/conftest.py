"""What every test on the cluster starts from: the app's images in the lab's registry."""

import sys
import uuid
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
# What runs beside the cluster in the other tests; behind all else, so that names of here win.
sys.path += [str(Path(__file__).parents[3] / "infra" / name / "tests") for name in ("helm", "oke")]
import app_users
import audit
import lab
import releases

HERE = Path(__file__).parent
# A file that only looks at what serves shares it with the next one; so these come first, after the
# one that makes it, then the stories that make releases of their own, then what wants two replicas.
FIRST = "test_secret_canaries.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files that can share a release one after the other."""
    places = [place for place, item in enumerate(items) if item.path.parent == HERE]
    ours = [items[place] for place in places]
    wanted: dict[Path, set[str]] = {}
    for item in ours:
        wanted.setdefault(item.path, set()).update(getattr(item, "fixturenames", ()))

    def turn(item: pytest.Item) -> tuple[bool, bool, bool]:
        fixtures = wanted[item.path]
        return item.path.name != FIRST, "two_replicas" in fixtures, "served" not in fixtures

    ours.sort(key=turn)
    for place, item in zip(places, ours, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def all_calls() -> audit.Audit:
    """What all of this run's tests asked of the cluster through the pipeline."""
    return audit.Audit().begin()


@pytest.fixture(scope="session")
def images(all_calls: audit.Audit) -> str:
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
    return app_users.sign_up(f"test-{uuid.uuid4().hex[:12]}")
