"""What is published is named after a commit, and a dirty tree never passes for one."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from todo_ci.commands.publish import platforms_of, publish, refuse_dirty, tag_of
from todo_ci.core.context import Context
from todo_ci.core.ports import BuiltImage, ImageSpec, Result, Step
from todo_ci.environments import names, target, targets
from todo_ci.errors import InputError, ToolError

COMMIT = "0123456789abcdef0123456789abcdef01234567"
DIGEST = "sha256:" + "ab" * 32


@dataclass
class Recorder:
    """Stand in for both ports, and remember what was asked of them."""

    built: list[ImageSpec] = field(default_factory=list[ImageSpec])
    pushed: list[str] = field(default_factory=list[str])
    steps: list[Step] = field(default_factory=list[Step])
    exit_code: int = 0
    schema: str = '{"head": "0007", "compatible_from": "0006"}'

    async def build(self, spec: ImageSpec) -> BuiltImage:
        self.built.append(spec)
        return BuiltImage(spec.component, spec.platforms, f"id-of-{spec.component}")

    async def push(self, image: BuiltImage, reference: str) -> str:
        self.pushed.append(reference)
        return DIGEST

    async def resolve(self, reference: str) -> str | None:
        raise AssertionError(f"without a key nothing is looked for: {reference}")

    async def dockerfile(self, spec: ImageSpec) -> str:
        raise AssertionError(f"without a key nothing is read: {spec}")

    async def tag(self, reference: str, tag: str) -> None:
        raise AssertionError(f"without a key no tag is moved: {reference} {tag}")

    async def run(self, step: Step) -> Result:
        if "scripts/read_migrations.py" in step.argv:
            return Result(0 if self.schema else 1, self.schema, "no newest revision", 0.1)
        self.steps.append(step)
        return Result(self.exit_code, f"r.io/me/charts/todo-app@{DIGEST}\n", "denied", 0.1)


def context(ports: Recorder, environment: str = "local") -> Context:
    given = frozenset({"registry-password"})
    return Context(ports, ports, target(environment), secrets=given)


def arguments(**changes: Any) -> dict[str, Any]:
    return {"registry": "r.io/me", "username": "me", "commit": COMMIT, "dirty": False, **changes}


async def test_both_images_and_the_chart_come_back_by_digest() -> None:
    ports = Recorder()
    page = "https://github.com/me/todo"
    refs = await publish(context(ports), **arguments(source=page))
    assert refs["backend"] == f"r.io/me/todo-backend@{DIGEST}"
    assert refs["frontend"] == f"r.io/me/todo-frontend@{DIGEST}"
    assert refs.chart == f"r.io/me/charts/todo-app@{DIGEST}"
    tags = {"r.io/me/todo-backend:sha-0123456789ab", "r.io/me/todo-frontend:sha-0123456789ab"}
    assert set(ports.pushed) == tags
    assert COMMIT not in str(ports.built), "the same sources are the same image"
    assert {spec.build_args["SOURCE"] for spec in ports.built} == {page}


async def test_the_backends_image_says_which_schema_it_makes_and_which_builds_that_serves() -> None:
    ports = Recorder()
    await publish(context(ports), **arguments())
    (backend,) = (spec for spec in ports.built if spec.component == "backend")
    assert backend.build_args["SCHEMA_HEAD"] == "0007"
    assert backend.build_args["SCHEMA_COMPATIBLE_FROM"] == "0006"


async def test_migrations_that_cannot_be_read_stop_it_before_anything_is_built() -> None:
    ports = Recorder(schema="")
    with pytest.raises(ToolError, match="no newest revision"):
        await publish(context(ports), **arguments())
    assert ports.built == []


@pytest.mark.parametrize("environment", names())
async def test_the_target_names_the_platforms(environment: str) -> None:
    ports = Recorder()
    await publish(context(ports, environment), **arguments())
    assert {spec.platforms for spec in ports.built} == {target(environment).platforms}


async def test_platforms_that_are_asked_for_take_the_place_of_the_targets() -> None:
    ports = Recorder()
    asked = platforms_of("linux/amd64,linux/arm64")
    await publish(context(ports), **arguments(platforms=asked))
    assert {spec.platforms for spec in ports.built} == {("linux/amd64", "linux/arm64")}


@pytest.mark.parametrize("text", ["arm64", "linux/riscv64", "linux/amd64, linux/arm64", ","])
def test_a_platform_the_images_are_not_made_for_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match="--platforms") as refused:
        platforms_of(text)
    assert "linux/arm64" in (refused.value.accepted or "")


async def test_the_password_travels_by_name_only() -> None:
    ports = Recorder()
    await publish(context(ports), **arguments())
    assert [use.name for use in ports.steps[0].secrets] == ["registry-password"]
    assert ports.steps[0].network, "no cache may answer for a push"


async def test_a_chart_that_cannot_be_pushed_fails_the_verb() -> None:
    with pytest.raises(ToolError, match="denied"):
        await publish(context(Recorder(exit_code=1)), **arguments())


@pytest.mark.parametrize("registry", ["", "https://r.io/me", "r.io/Me", "r.io/me/", "r.io:x/me"])
async def test_a_registry_of_another_shape_is_refused_before_anything_is_built(
    registry: str,
) -> None:
    ports = Recorder()
    with pytest.raises(InputError) as refused:
        await publish(context(ports), **arguments(registry=registry))
    assert "host[:port][/path]" in refused.value.accepted
    assert ports.built == []


async def test_a_missing_password_is_refused_by_its_flag() -> None:
    ports = Recorder()
    bare = Context(ports, ports, target("local"))
    with pytest.raises(InputError, match="registry-password") as refused:
        await publish(bare, **arguments())
    assert "--registry-password" in refused.value.next_step


async def test_a_dirty_tree_is_tagged_so_and_refused_for_oke() -> None:
    ports = Recorder()
    await publish(context(ports), **arguments(dirty=True))
    assert all(reference.endswith("-dirty") for reference in ports.pushed)
    with pytest.raises(InputError, match="uncommitted") as refused:
        await publish(context(Recorder(), "oke"), **arguments(dirty=True))
    assert "--allow-dirty" in refused.value.next_step


def test_a_clean_tree_is_taken_everywhere() -> None:
    for each in targets():
        refuse_dirty(each, dirty=False)


@pytest.mark.parametrize("commit", ["", "main", "012345", "ABCDEF0123", "0123456 "])
def test_what_is_no_commit_is_refused_by_name(commit: str) -> None:
    with pytest.raises(InputError) as refused:
        tag_of(commit, dirty=False)
    assert repr(commit) in refused.value.problem
