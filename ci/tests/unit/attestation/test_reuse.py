"""What is not known for certain is built, and nobody is asked in vain."""

from collections.abc import Generator
from dataclasses import dataclass, field, replace

import pytest
from msgspec.structs import replace as with_table

from todo_ci.attestation import reuse
from todo_ci.core.context import Context
from todo_ci.core.ports import BuiltImage, ImageSpec, Result, Step
from todo_ci.core.secret_names import SIGNING_KEY
from todo_ci.environments import target
from todo_ci.errors import ToolError
from todo_ci.project import current
from todo_ci.project.signing import Signing

PLANNED = {"backend": ImageSpec("backend", ("linux/amd64",))}
PINNED = f"FROM python:3.13@sha256:{'1' * 64}\n"


@dataclass
class Parts:
    """Stand in for both ports: a folder that can be hashed, and no registry."""

    text: str = PINNED
    exit_code: int = 0
    asked: list[str] = field(default_factory=list[str])

    async def run(self, step: Step) -> Result:
        self.asked.append(step.argv[2])
        return Result(self.exit_code, f"{'c' * 64}\n", "", 0.1)

    async def dockerfile(self, spec: ImageSpec) -> str:
        if not self.text:
            raise ToolError("no such file", next_step="look")
        return self.text

    async def resolve(self, reference: str) -> str | None:
        self.asked.append(reference)
        raise ToolError("it does not answer", next_step="look")

    async def build(self, spec: ImageSpec) -> BuiltImage:
        raise AssertionError(spec)

    async def push(self, image: BuiltImage, reference: str) -> str:
        raise AssertionError((image, reference))

    async def tag(self, reference: str, tag: str) -> None:
        raise AssertionError((reference, tag))


@pytest.fixture(autouse=True)
def signing() -> Generator[None]:
    before = current.project()
    current.use(with_table(before, signing=Signing(public_key="nobody asks for it")))
    yield
    current.use(before)


def context(parts: Parts) -> Context:
    return Context(parts, parts, target("local"), secrets=frozenset({SIGNING_KEY}))


async def test_pinned_sources_have_a_digest() -> None:
    found = await reuse.sources(context(Parts()), PLANNED)
    assert [len(digest) for digest in found.values()] == [64]


@pytest.mark.parametrize("text", ["FROM python:3.13\n", f"ARG IT\n{PINNED}FROM $IT\n"])
async def test_a_base_image_without_a_digest_may_be_another_one_tomorrow(text: str) -> None:
    parts = Parts(text=text)
    assert await reuse.sources(context(parts), PLANNED) == {}
    assert parts.asked == []


@pytest.mark.parametrize("parts", [Parts(text=""), Parts(exit_code=1)])
async def test_what_cannot_be_read_is_the_builds_to_name(parts: Parts) -> None:
    assert await reuse.sources(context(parts), PLANNED) == {}


async def test_a_registry_that_cannot_be_asked_has_none() -> None:
    parts = Parts()
    wanted = {"backend": "d" * 64}
    there = await reuse.find(context(parts), wanted, registry="r.io/me", username="")
    assert there == {}
    assert parts.asked == [f"r.io/me/todo-backend:src-{'d' * 32}"]


async def test_without_a_key_nothing_is_asked() -> None:
    parts = Parts()
    keyless = replace(context(parts), secrets=frozenset())
    assert await reuse.sources(keyless, PLANNED) == {}
    assert await reuse.find(keyless, {}, registry="r.io/me", username="") == {}
    await reuse.offer(keyless, PLANNED, {}, commit="c", registry="r.io/me", username="")
    assert parts.asked == []


async def test_no_days_build_each_time() -> None:
    current.use(with_table(current.project(), signing=Signing(public_key="", reuse_days=0)))
    parts = Parts()
    assert await reuse.sources(context(parts), PLANNED) == {}
    assert parts.asked == []
