"""What only the engine's Images must prove: several platforms, one index, nothing lost."""

import json
from pathlib import Path
from typing import Any

import anyio
import pytest

from registry_login import authfile
from todo_ci.core.image_names import address
from todo_ci.core.ports import Images, ImageSpec
from todo_ci.errors import InputError, ToolError

pytestmark = [pytest.mark.lab, pytest.mark.engine]

PLATFORMS = ("linux/amd64", "linux/arm64")
# The build stage is a program of the builder's own platform: it can only run without emulation.
DOCKERFILE = """ARG BUILDPLATFORM
FROM --platform=$BUILDPLATFORM python:3.13-slim-trixie AS build
ARG TARGETARCH
RUN python -c "open('/made', 'w').write('for $TARGETARCH on ' + __import__('platform').machine())"
FROM scratch
COPY --from=build /made /made
COPY hello.txt /hello.txt
ARG COMMIT
ENV TODO_COMMIT=$COMMIT PATH=/bin
LABEL commit="$COMMIT"
WORKDIR /app
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["/hello"]
CMD ["serve", "now"]
"""


async def inspect(registry: Any, reference: str, *flags: str) -> Any:
    argv = ["skopeo", "inspect", "--raw", "--tls-verify=false", *flags]
    with authfile(reference, registry.user, registry.password) as login:
        said = await anyio.run_process([*argv, "--authfile", login, f"docker://{reference}"])
    return json.loads(said.stdout)


async def test_each_platform_is_in_the_index_with_all_of_its_configuration(
    make_engine_images: Any, sources: Path, registry: Any
) -> None:
    (sources / "backend/Dockerfile").write_text(DOCKERFILE)
    images: Images = make_engine_images()
    built = await images.build(ImageSpec("backend", PLATFORMS, {"COMMIT": "abc1234"}))
    repository = f"{registry.address}/todo-backend"
    digest = await images.push(built, f"{repository}:both")
    assert await images.resolve(f"{repository}:both") == digest
    index = await inspect(registry, f"{repository}@{digest}")
    found = {
        f"{entry['platform']['os']}/{entry['platform']['architecture']}": entry["digest"]
        for entry in index["manifests"]
    }
    assert set(found) == set(PLATFORMS)
    for name, manifest in found.items():
        image = await inspect(registry, f"{repository}@{manifest}", "--config")
        assert f"{image['os']}/{image['architecture']}" == name
        config = image["config"]
        assert {"TODO_COMMIT=abc1234", "PATH=/bin"} <= set(config["Env"])
        assert config["Entrypoint"] == ["/hello"]
        assert config["Cmd"] == ["serve", "now"]
        assert config["User"] == "10001:10001"
        assert config["WorkingDir"] == "/app"
        assert config["ExposedPorts"] == {"8000/tcp": {}}
        assert config["Labels"]["commit"] == "abc1234"


async def test_a_base_image_is_the_one_of_its_digest_unless_it_is_the_mirrors_own(
    make_engine_images: Any, sources: Path, registry: Any
) -> None:
    base, images = f"{registry.address}/pinned:1", make_engine_images()
    dockerfile = sources / "backend/Dockerfile"
    spec = ImageSpec("backend", ("linux/amd64",))
    digest = await images.push(await images.build(spec), base)
    dockerfile.write_text(f"FROM {base}@{digest}\nCOPY hello.txt /again.txt\n")
    await make_engine_images().build(spec)
    strange = f"FROM {base}@sha256:{'0' * 64}\nCOPY hello.txt /other.txt\n"
    dockerfile.write_text(strange)
    with pytest.raises(ToolError, match="backend"):
        await make_engine_images().build(spec)
    await make_engine_images(own={address(base)}).build(spec)
    dockerfile.write_text(strange.replace("0" * 64, "0" * 63))
    with pytest.raises(InputError, match="has no digest behind its @"):
        await make_engine_images().build(spec)
