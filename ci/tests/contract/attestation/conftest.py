"""Two keys, and images that nobody has signed yet."""

import shutil
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as with_table

import registry_writer
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.project import current
from todo_ci.project.signing import Signing
from todo_ci.rollout.request import DeployRequest
from verdicts import KeyPair

MakeContext = Callable[..., Context]


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[KeyPair, KeyPair]:
    """Make the project's key and a stranger's."""
    folder = tmp_path_factory.mktemp("keys")
    return KeyPair.generate(folder / "own"), KeyPair.generate(folder / "foreign")


# Asynchronous, as it sets the app: tests run in the context of their fixtures' task, and one that
# an engine's session began before this would not see what is set outside of it.
@pytest.fixture
async def ours(make_context: MakeContext, keys: tuple[KeyPair, KeyPair]) -> AsyncGenerator[Context]:
    """A pipeline with the key that release.toml names."""
    before = current.project()
    current.use(with_table(before, signing=Signing(public_key=keys[0].public)))
    yield make_context(keys[0].secrets)
    current.use(before)


@pytest.fixture
def theirs(ours: Context, make_context: MakeContext, keys: tuple[KeyPair, KeyPair]) -> Context:
    """A pipeline with another key than release.toml names."""
    return make_context(keys[1].secrets)


@pytest.fixture
def only_programs(
    adapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Leave this machine the named programs alone; an engine brings its own."""
    if adapter != "host":
        pytest.skip("an engine brings its own")

    def leave(*names: str) -> None:
        for name in names:
            (tmp_path / name).symlink_to(shutil.which(name) or "")
        monkeypatch.setenv("PATH", str(tmp_path))

    return leave


@pytest.fixture
def pushed(registry: Any, sources: Path) -> ImageRefs:
    """Push images that nobody has signed yet."""
    refs: dict[str, str] = {}
    for component in ("backend", "frontend"):
        repository = f"todo/todo-{component}"
        digest = registry_writer.push_image(registry, repository, f"{component} of {sources}")
        refs[component] = f"{registry.host}/{repository}@{digest}"
    return ImageRefs(refs)


@pytest.fixture
def request_(registry: Any) -> DeployRequest:
    return DeployRequest(registry=registry.address, username=registry.user)
