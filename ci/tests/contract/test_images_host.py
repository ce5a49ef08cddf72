"""What only the host's Images must prove: nothing stays behind, no wrong base image is taken."""

import platform
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from registry_login import authfile
from todo_ci.core.ports import Images, ImageSpec
from todo_ci.errors import InputError, ToolError

pytestmark = pytest.mark.lab

OWN = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}[platform.machine()]
FOREIGN = {"linux/amd64": "linux/arm64", "linux/arm64": "linux/amd64"}[OWN]


@pytest.fixture
def images(make_host_images: Any) -> Images:
    return make_host_images()


def plain_http(registry: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the tools take the registry as it is, for base images too."""
    settings = folder / "registries.conf"
    settings.write_text(f'[[registry]]\nlocation = "{registry.host}"\ninsecure = true\n')
    monkeypatch.setenv("CONTAINERS_REGISTRIES_CONF", str(settings))


async def test_the_size_is_known(images: Images) -> None:
    assert (await images.build(ImageSpec("backend", (OWN,)))).size > 0


async def test_the_same_sources_give_the_same_index(images: Images, registry: Any) -> None:
    name = f"{registry.address}/todo-backend"
    spec = ImageSpec("backend", (OWN, FOREIGN))
    digests = [await images.push(await images.build(spec), f"{name}:{tag}") for tag in ("a", "b")]
    assert len(set(digests)) == 1
    assert await images.resolve(f"{name}:a") == digests[0]


async def test_a_base_image_is_the_one_of_its_digest_unless_it_is_this_machines_own(
    images: Images,
    sources: Path,
    registry: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = f"{registry.address}/pinned:1"
    spec = ImageSpec("backend", (OWN,))
    digest = await images.push(await images.build(spec), base)
    plain_http(registry, tmp_path, monkeypatch)
    dockerfile = sources / "backend/Dockerfile"
    dockerfile.write_text(f"FROM {base}@{digest}\nCOPY hello.txt /again.txt\n")
    await images.build(spec)
    strange = f"FROM {base}@sha256:{'0' * 64}\nCOPY hello.txt /other.txt\n"
    dockerfile.write_text(strange)
    with pytest.raises(ToolError, match="backend"):
        await images.build(spec)
    with (tmp_path / "registries.conf").open("a") as settings:
        settings.write(f'[todo-ci]\nown-images = ["{base}"]\n')
    await images.build(spec)
    dockerfile.write_text(strange.replace("0" * 64, "0" * 63))
    with pytest.raises(InputError, match="has no digest behind its @"):
        await images.build(spec)


async def test_a_base_image_of_another_platform_is_not_taken_for_the_one_asked_for(
    images: Images,
    sources: Path,
    registry: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = f"{registry.address}/base:1"
    await images.push(await images.build(ImageSpec("backend", (OWN,))), base)
    plain_http(registry, tmp_path, monkeypatch)
    (sources / "backend/Dockerfile").write_text(f"FROM {base}\nCOPY hello.txt /again.txt\n")
    await images.build(ImageSpec("backend", (OWN,)))
    for _ in "the image itself", "its layers in the cache":
        with pytest.raises(ToolError, match=FOREIGN) as refused:
            await images.build(ImageSpec("backend", (OWN, FOREIGN)))
        assert f"./do lab build --platform {FOREIGN}" in refused.value.next_step


async def test_a_base_image_of_another_registry_is_had_by_the_persons_own_login(
    make_host_images: Any,
    sources: Path,
    registry: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The login that is given is the login of the registry that is pushed to."""
    base, own = f"{registry.address}/base:login", make_host_images()
    await own.push(await own.build(ImageSpec("backend", (OWN,))), base)
    plain_http(registry, tmp_path, monkeypatch)
    (sources / "backend/Dockerfile").write_text(f"FROM {base}\nCOPY hello.txt /again.txt\n")

    async def build() -> None:
        elsewhere = make_host_images(address="registry.example.test/todo")
        await elsewhere.build(ImageSpec("backend", (OWN,)))

    with pytest.raises(ToolError, match="authentication required"):
        await build()
    with authfile(base, registry.user, registry.password) as login:
        monkeypatch.setenv("REGISTRY_AUTH_FILE", login)
        await build()
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "none.json"))
    with pytest.raises(ToolError, match=r"REGISTRY_AUTH_FILE names .*none\.json") as refused:
        await build()
    assert "unset REGISTRY_AUTH_FILE" in refused.value.next_step


async def test_no_mount_stays_behind(images: Images, sources: Path) -> None:
    before = mounts()
    await images.build(ImageSpec("backend", (OWN,)))
    (sources / "backend/Dockerfile").write_text("FROM scratch\nCOPY not-there.txt /\n")
    with pytest.raises(ToolError):
        await images.build(ImageSpec("backend", (OWN,)))
    assert mounts() == before


def mounts() -> list[str]:
    """List the machine's mounts but those of a cluster that may run beside, which come and go."""
    there = Path("/proc/mounts").read_text().splitlines()
    return [line for line in there if not re.match(r"\S+ /(?:run|var/lib)/todo-lab/", line)]


async def test_a_missing_buildah_is_named_with_its_package(
    images: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tool in ("setpriv", "unshare"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="buildah") as missing:
        await images.build(ImageSpec("backend", (OWN,)))
    assert "apt-get install buildah" in missing.value.next_step
