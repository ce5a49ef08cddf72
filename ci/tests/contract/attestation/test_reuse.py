"""What was made from the same sources is taken as it is, if the release's own key says so."""

import os
import platform
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as with_table

import registry_writer
from todo_ci.attestation import reuse
from todo_ci.commands import build, publish
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import BuiltImage, ImageSpec
from todo_ci.project import current
from todo_ci.project.signing import Signing
from verdicts import KeyPair

pytestmark = pytest.mark.lab
OWN = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}[platform.machine()]
BOTH = ("linux/amd64", "linux/arm64")
BACKEND = "todo/todo-backend"


@pytest.fixture
def sources(sources: Path) -> Path:
    """Sources that no other test publishes."""
    for component in ("backend", "frontend"):
        (sources / component / "hello.txt").write_text(f"hello from {sources}/{component}")
    return sources


@dataclass(frozen=True)
class Desk:
    """Publish the sources as they are now, and look for what they made before."""

    context: Context
    registry: Any
    platforms: tuple[str, ...] = (OWN,)

    @property
    def to(self) -> dict[str, str]:
        return {"registry": self.registry.address, "username": self.registry.user}

    async def published(self, commit: str) -> tuple[ImageRefs, list[str]]:
        """Publish, and return what was said to be taken as it is."""
        said: list[str] = []
        context = replace(self.context, say=said.append)
        refs = await publish.publish(
            context, commit=commit, dirty=False, platforms=self.platforms, **self.to
        )
        return refs, [line for line in said if line.endswith("taken as it is")]

    async def digest(self) -> str:
        """Return that of the backend's sources."""
        planned = await build.plan(self.context.shell, self.platforms)
        return (await reuse.sources(self.context, planned))["backend"]

    async def offer(self, image: str, digest: str) -> None:
        """Sign that an image was made from sources, as publish does."""
        planned = await build.plan(self.context.shell, self.platforms)
        made = {"backend": (image, digest)}
        await reuse.offer(self.context, planned, made, commit="a" * 40, **self.to)

    async def found(self, digest: str) -> str:
        """Return the image that would be taken."""
        found = await reuse.find(self.context, {"backend": digest}, **self.to)
        return found.get("backend", "")

    async def resolve(self, tag: str) -> str | None:
        return await self.context.images.resolve(f"{self.registry.address}/todo-backend:{tag}")


@pytest.fixture
def desk(ours: Context, registry: Any) -> Desk:
    return Desk(ours, registry)


async def test_the_same_sources_are_the_same_image_on_a_machine_that_never_built_them(
    adapter: str,
    desk: Desk,
    make_images: Any,
    sources: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    # An engine keeps its layers.
    storage = {"layers": tmp_path_factory.mktemp("layers")} if adapter == "host" else {}
    elsewhere = replace(desk, context=replace(desk.context, images=make_images(**storage)))
    first, taken = await desk.published("a" * 40)
    assert not taken
    # Another clone, with a commit that is none of the frontend's business.
    for path in sources.rglob("*"):
        os.utime(path, (1, 1))
    (sources / "backend/hello.txt").write_text(f"other words of {sources}")
    again, taken = await elsewhere.published("b" * 40)
    assert taken == [f"frontend: unchanged since {'a' * 12}, taken as it is"]
    assert again["frontend"] == first["frontend"]
    assert again["backend"] != first["backend"]
    repository, _, digest = first["frontend"].partition("@")
    assert await desk.context.images.resolve(f"{repository}:sha-{'b' * 12}") == digest
    if adapter == "host":
        images = elsewhere.context.images
        built = await images.build(ImageSpec("frontend", (OWN,), {"SOURCE": ""}))
        assert await images.push(built, f"{repository}:built") != digest, "it would be another"


async def test_what_changed_while_it_was_built_is_offered_to_nobody(
    desk: Desk, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await desk.digest()
    build_it = desk.context.images.build

    async def typed_meanwhile(spec: ImageSpec) -> BuiltImage:
        made = await build_it(spec)
        (sources / "backend/hello.txt").write_text(f"typed meanwhile in {sources}")
        return made

    monkeypatch.setattr(desk.context.images, "build", typed_meanwhile)
    refs, _ = await desk.published("a" * 40)
    assert await desk.resolve(f"sha-{'a' * 12}") == refs["backend"].partition("@")[2]
    for digest in (before, await desk.digest()):
        assert await desk.resolve(reuse.tag(digest)) is None


async def test_an_image_is_taken_for_its_own_platforms_alone(desk: Desk, pushed: ImageRefs) -> None:
    digest = await desk.digest()
    await desk.offer(pushed["backend"], digest)
    assert await desk.found(digest) == pushed["backend"]
    assert await desk.found(await replace(desk, platforms=BOTH).digest()) == ""


async def test_a_tag_that_was_moved_leads_nowhere(
    desk: Desk, pushed: ImageRefs, registry: Any, sources: Path
) -> None:
    """Whoever may push can move it to a stranger's image, or to an old one of ours."""
    old, new = (await desk.digest(), "f" * 64)
    await desk.offer(pushed["backend"], old)
    await desk.context.images.tag(pushed["backend"], reuse.tag(new))
    assert await desk.found(new) == "", "it was made from other sources"
    evil = registry_writer.push_image(registry, BACKEND, f"strange {sources}", tag=reuse.tag(old))
    assert await desk.found(old) == "", "nobody signed it"
    image = f"{registry.host}/{BACKEND}@{evil}"
    registry_writer.move_statements(registry, pushed["backend"], image)
    assert await desk.resolve(reuse.tag(old)) == evil
    assert await desk.found(old) == "", "what is signed is about another"


async def test_what_a_stranger_signed_is_not_taken(
    desk: Desk, theirs: Context, keys: tuple[KeyPair, KeyPair], pushed: ImageRefs
) -> None:
    own, digest = current.project(), await desk.digest()
    current.use(with_table(own, signing=Signing(public_key=keys[1].public)))
    strange = replace(desk, context=theirs)
    await strange.offer(pushed["backend"], digest)
    assert await strange.found(digest) == pushed["backend"]
    current.use(own)
    assert await desk.found(digest) == ""
