"""What the module refuses before it starts anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import dagger
import pytest

from todo_ci.adapters.engine import context
from todo_ci.adapters.engine.context import open_project, require_reachable
from todo_ci.entrypoints.dagger import arguments
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.project import current

LOCAL, OKE = target("local"), target("oke")
ROOT = Path(__file__).parents[5]
GUESTBOOK = Path(__file__).parents[2] / "fixtures/guestbook.toml"


@dataclass
class File:
    """A file as an engine holds it."""

    text: str

    async def contents(self) -> str:
        return self.text


async def opened(text: str) -> None:
    await open_project(cast("dagger.File", File(text)))


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:8000", "http://localhost", "http://[::1]/"])
def test_an_address_that_is_the_containers_own_is_refused(url: str) -> None:
    with pytest.raises(InputError) as refused:
        require_reachable(url, LOCAL)
    assert "_URL in .env" in refused.value.next_step


def test_any_other_address_is_taken() -> None:
    assert require_reachable("http://10.255.0.1:8000", LOCAL) == "http://10.255.0.1:8000"
    # That nothing is known is said by the verb, in the words of both doors.
    assert require_reachable("", OKE) == ""


@pytest.mark.anyio
async def test_this_repositorys_own_app_is_opened() -> None:
    await opened((ROOT / "release.toml").read_text())
    assert current.release_name() == "todo-app"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('context = "frontend"', 'context = "web"'),
        ("[components.frontend]", "[components.web]"),
        ('chart = "infra/helm/todo-app"', 'chart = "chart"'),
        ('role = "infra/oke/pipeline-rbac.yaml"', 'role = "rbac.yaml"'),
    ],
)
async def test_folders_that_the_module_would_not_take_are_refused(old: str, new: str) -> None:
    text = (ROOT / "release.toml").read_text()
    assert old in text
    with pytest.raises(InputError, match="takes others from the repository"):
        await opened(text.replace(old, new))


@pytest.mark.anyio
async def test_another_app_is_shown_the_way_that_takes_it() -> None:
    with pytest.raises(InputError) as refused:
        await opened(GUESTBOOK.read_text())
    assert "todo-ci deploy" in refused.value.next_step


def default_path(argument: Any) -> str:
    (path,) = [it.from_context for it in get_args(argument) if hasattr(it, "from_context")]
    return path.lstrip("/")


def test_what_is_compared_is_what_the_constructor_takes() -> None:
    taken = {"backend": arguments.Backend, "frontend": arguments.Frontend}
    assert {name: default_path(it) for name, it in taken.items()} == context.COMPONENTS
    assert default_path(arguments.Chart) == context.CHART
