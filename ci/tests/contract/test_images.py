"""What every Images promises: build, push, look up, pull back; against a registry of its own."""

import json
import platform
import tarfile
from pathlib import Path
from typing import Any

import anyio
import pytest

from registry_login import authfile
from todo_ci.core.ports import Images, ImageSpec
from todo_ci.errors import ToolError

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

    copy = tmp_path / "copy"
    image = f"docker://{repository}@{digest}"
    with authfile(repository, registry.user, registry.password) as login:
        argv = ["skopeo", "copy", "--quiet", "--src-tls-verify=false", "--authfile", login]
        await anyio.run_process([*argv, image, f"dir:{copy}"])
    blobs = [path for path in copy.iterdir() if path.is_file()]
    layers = [path for path in blobs if tarfile.is_tarfile(path)]
    assert len(layers) == 1
    with tarfile.open(layers[0]) as layer:
        assert layer.getnames() == ["hello.txt"]
    assert any(b'"source":"abc1234"' in path.read_bytes() for path in blobs)
    assert not any(registry.password.encode() in path.read_bytes() for path in blobs)


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
