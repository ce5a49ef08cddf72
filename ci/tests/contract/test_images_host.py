"""What only the host's Images must prove: buildah leaves nothing behind and refuses by name."""

import platform
import shutil
from pathlib import Path
from typing import Any

import pytest

from todo_ci.errors import ToolError
from todo_ci.ports import Images, ImageSpec

pytestmark = pytest.mark.lab

OWN = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}[platform.machine()]
FOREIGN = {"linux/amd64": "linux/arm64", "linux/arm64": "linux/amd64"}[OWN]


@pytest.fixture
def images(make_host_images: Any) -> Images:
    return make_host_images()


async def test_the_size_is_known(images: Images) -> None:
    assert (await images.build(ImageSpec("backend", (OWN,)))).size > 0


async def test_a_platform_it_cannot_build_is_refused_by_name(images: Images) -> None:
    with pytest.raises(ToolError, match=FOREIGN) as refused:
        await images.build(ImageSpec("backend", (OWN, FOREIGN)))
    assert refused.value.accepted == OWN


async def test_no_mount_stays_behind(images: Images, sources: Path) -> None:
    before = Path("/proc/mounts").read_text()
    await images.build(ImageSpec("backend", (OWN,)))
    (sources / "backend/Dockerfile").write_text("FROM scratch\nCOPY not-there.txt /\n")
    with pytest.raises(ToolError):
        await images.build(ImageSpec("backend", (OWN,)))
    assert Path("/proc/mounts").read_text() == before


async def test_a_missing_buildah_is_named_with_its_package(
    images: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tool in ("setpriv", "unshare"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="buildah") as missing:
        await images.build(ImageSpec("backend", (OWN,)))
    assert "apt-get install buildah" in missing.value.next_step
