"""The promise: what release.toml says of a Dockerfile and is not so is refused by its key."""

from pathlib import Path

import pytest

from todo_ci.adapters.host.images import HostImages
from todo_ci.adapters.host.secrets import SecretStore
from todo_ci.core.ports import ImageSpec
from todo_ci.errors import InputError

WEB = ImageSpec("web", ("linux/amd64",), context="site", dockerfile="docker/web")


@pytest.mark.parametrize("written", [None, b"", b"FROM scratch # \xe9\n"])
async def test_a_dockerfile_that_cannot_be_read_is_named_with_its_keys(
    tmp_path: Path, written: bytes | None
) -> None:
    file = tmp_path / "site/docker/web"
    if written:
        file.parent.mkdir(parents=True)
        file.write_bytes(written)
    elif written is not None:
        file.mkdir(parents=True)
    with SecretStore({}) as store, pytest.raises(InputError) as refused:
        await HostImages(tmp_path, store).build(WEB)
    assert "the Dockerfile of web" in refused.value.problem
    assert "components.web in release.toml" in refused.value.next_step
