"""Images say what they are of, by the labels that registries read."""

from pathlib import Path

import pytest

from todo_ci.adapters.host.dockerfile import with_arguments
from todo_ci.commands.build import specs

ROOT = Path(__file__).parents[4]
SOURCE = "https://github.com/octocat/todo"


@pytest.mark.parametrize("component", ["backend", "frontend"])
def test_an_image_names_its_repository_and_no_commit(component: str) -> None:
    """A digest depends on the sources alone: the next commit is no other image by itself."""
    arguments = specs(("linux/amd64",), {}, SOURCE)[component].build_args
    made = with_arguments((ROOT / component / "Dockerfile").read_text(), arguments)
    assert f'org.opencontainers.image.source="{SOURCE}"' in made
    assert "COMMIT" not in made
    assert "revision" not in made
    assert f'org.opencontainers.image.title="todo-{component}"' in made


def test_a_build_for_a_check_names_nothing() -> None:
    for spec in specs(("linux/amd64",), {}).values():
        assert not any(spec.build_args.values())
