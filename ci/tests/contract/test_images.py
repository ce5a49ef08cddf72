"""What every Images promises: build, push, look up, pull back; against a registry of its own."""

import json
import platform
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anyio
import pytest

from registry_login import authfile
from todo_ci.core.ports import Images, ImageSpec
from todo_ci.errors import ToolError
from todo_ci.scripts.hash_context import entries

pytestmark = pytest.mark.lab

OWN = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}[platform.machine()]


async def test_what_was_built_and_pushed_can_be_looked_up_and_pulled_back(
    images: Images, registry: Any, tmp_path: Path
) -> None:
    repository = f"{registry.address}/todo-backend"
    built = await images.build(ImageSpec("backend", (OWN,), {"SOURCE": "abc1234"}))
    digest = await images.push(built, f"{repository}:sha-abc1234")
    assert await images.resolve(f"{repository}:sha-abc1234") == digest
    assert await images.resolve(f"{repository}@{digest}") == digest

    blobs = await pulled(registry, f"{repository}@{digest}", tmp_path)
    assert in_layers(blobs) == ["hello.txt"]
    assert any(b'"source":"abc1234"' in path.read_bytes() for path in blobs)
    assert not any(registry.password.encode() in path.read_bytes() for path in blobs)


async def pulled(registry: Any, image: str, folder: Path) -> list[Path]:
    """Copy an image's manifest, configuration and layers."""
    copy = folder / "copy"
    with authfile(image, registry.user, registry.password) as login:
        argv = ["skopeo", "copy", "--quiet", "--src-tls-verify=false", "--authfile", login]
        await anyio.run_process([*argv, f"docker://{image}", f"dir:{copy}"])
    return [path for path in copy.iterdir() if path.is_file()]


def in_layers(blobs: Iterable[Path]) -> list[str]:
    """Name what is in the one layer of an image."""
    (layer,) = (path for path in blobs if tarfile.is_tarfile(path))
    with tarfile.open(layer) as archive:
        return archive.getnames()


async def test_a_build_is_sent_what_the_digest_of_its_sources_is_of(
    images: Images, registry: Any, sources: Path, tmp_path: Path
) -> None:
    folder = sources / "frontend"
    for name in (
        "abc", "bbc", "main.py", "README.md", "other/a.py", "docs/n.md", "docs/keep/k",
        "lib/a.ts", "lib/a.test.ts", "lib/deep/b.test.ts", "lib/deep/__pycache__/x.pyc",
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (folder / ".dockerignore").write_text(
        "*\n!*.py\n!lib\n!docs/keep\n!?bc\nbb[a-c]\n**/*.test.ts\n**/__pycache__\n"
    )
    repository = f"{registry.address}/todo-frontend"
    digest = await images.push(await images.build(ImageSpec("frontend", (OWN,))), f"{repository}:i")
    sent = in_layers(await pulled(registry, f"{repository}@{digest}", tmp_path))
    assert sorted(sent) == sorted(name for name, _, _ in entries(folder, "Dockerfile"))
    assert "main.py" in sent
    assert "README.md" not in sent


async def test_the_same_sources_give_the_same_digest(images: Images, registry: Any) -> None:
    spec = ImageSpec("backend", (OWN,), {"SOURCE": "abc1234"})
    digests = {
        await images.push(await images.build(spec), f"{registry.address}/todo-backend:{tag}")
        for tag in ("one", "two")
    }
    assert len(digests) == 1


async def test_another_argument_is_another_image(images: Images, registry: Any) -> None:
    """A cache that answers with an image that was told another one would deploy it as this."""
    repository = f"{registry.address}/todo-backend"
    for told in ("1111111", "2222222", "1111111"):
        built = await images.build(ImageSpec("backend", (OWN,), {"SOURCE": told}))
        await images.push(built, f"{repository}:{told}")
        image = f"docker://{repository}:{told}"
        with authfile(repository, registry.user, registry.password) as login:
            argv = ["skopeo", "inspect", "--config", "--tls-verify=false", "--authfile", login]
            config = await anyio.run_process([*argv, image])
        assert json.loads(config.stdout)["config"]["Labels"]["source"] == told


async def test_a_tag_that_does_not_exist_is_none(images: Images, registry: Any) -> None:
    assert await images.resolve(f"{registry.address}/todo-backend:sha-0000000") is None
    assert await images.resolve(f"{registry.address}/no-such-image:latest") is None
    assert await images.resolve(f"{registry.address}/todo-backend@sha256:{'0' * 64}") is None


async def test_a_second_tag_leads_to_the_same_digest(images: Images, registry: Any) -> None:
    repository = f"{registry.address}/todo-backend"
    both = ImageSpec("backend", ("linux/amd64", "linux/arm64"))
    digest = await images.push(await images.build(both), f"{repository}:first")
    await images.tag(f"{repository}@{digest}", "second")
    assert await images.resolve(f"{repository}:second") == digest
    with pytest.raises(ToolError, match=f"cannot write to the registry {registry.host}"):
        await images.tag(f"{repository}@sha256:{'0' * 64}", "second")
    assert await images.resolve(f"{repository}:second") == digest


async def test_a_dockerfile_is_read_as_it_is_built(images: Images, sources: Path) -> None:
    text = f"FROM python:3.13-slim-trixie@sha256:{'0' * 64}\n"
    (sources / "backend/Dockerfile").write_text(text)
    read = await images.dockerfile(ImageSpec("backend", (OWN,)))
    assert read in (text, "FROM python:3.13-slim-trixie\n"), "a mirror's own is taken by its tag"


async def test_a_wrong_password_is_refused_and_not_taken_for_absence(
    make_images: Any, registry: Any
) -> None:
    images: Images = make_images(password="wrong-password")
    with pytest.raises(ToolError) as refused:
        await images.resolve(f"{registry.address}/todo-backend:one")
    assert registry.host in refused.value.problem
    assert "--registry-password" in refused.value.next_step
    assert "wrong-password" not in refused.value.text()


async def test_an_unreachable_registry_is_named(images: Images, free_address: Any) -> None:
    nowhere = free_address()
    with pytest.raises(ToolError, match=nowhere):
        await images.resolve(f"{nowhere}/todo-backend:one")
    built = await images.build(ImageSpec("backend", (OWN,)))
    with pytest.raises(ToolError, match=nowhere):
        await images.push(built, f"{nowhere}/todo-backend:one")


async def test_a_failing_build_shows_its_last_lines(images: Images, sources: Path) -> None:
    (sources / "backend/Dockerfile").write_text("FROM scratch\nCOPY not-there.txt /\n")
    with pytest.raises(ToolError, match=r"not-there\.txt") as failed:
        await images.build(ImageSpec("backend", (OWN,)))
    assert "backend/Dockerfile" in failed.value.next_step
