"""Both platforms of the real images, made without an emulator and read back from the registry."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from dagger import DaggerError, Platform, dag

from engines import engine_images, engine_own_images, require_engine_registry
from registry_login import authfile
from registry_reader import MACHINES, read_back
from todo_ci import tool_images as base_images
from todo_ci.adapters.host.images import HostImages
from todo_ci.adapters.host.secrets import SecretStore
from todo_ci.commands.build import specs
from todo_ci.core.database_schema import DatabaseSchema, of_image
from todo_ci.core.image_names import ImageName
from todo_ci.core.own_images import asked_for
from todo_ci.core.ports import Images, ImageSpec

pytestmark = pytest.mark.lab

ROOT = Path(__file__).resolve().parents[3]
LAB = Path("/var/lib/todo-lab")
BASES = (base_images.PYTHON, base_images.NODE)
NEXT = "next: ./do lab build --platform linux/arm64 && ./do lab up"
SOURCE = "https://github.com/octocat/todo"
SCHEMA = DatabaseSchema("0009", "0008")
STARTS: dict[str, dict[str, Any]] = {
    "backend": {
        "Cmd": ["todo", "serve"],
        "User": "10001:10001",
        "ExposedPorts": {"8000/tcp": {}},
    },
    "frontend": {
        "Cmd": ["node", "server.js"],
        "User": "10001",
        "ExposedPorts": {"3000/tcp": {}},
    },
}
PROGRAMS = {"backend": "usr/bin/python3.13", "frontend": "usr/local/bin/node"}
PACKAGES = {"backend": "opt/packages/", "frontend": "usr/lib/"}


@dataclass(frozen=True)
class Lab:
    """Name the embedded cluster's registry and who may use it."""

    password: str
    host: str = "10.255.0.1:5000"
    user: str = "todo"
    address: str = "10.255.0.1:5000/todo"


@dataclass(frozen=True)
class Door:
    """Hold an adapter over the repository and the registry it pushes to."""

    images: Images
    registry: Any


@pytest.fixture
def emulators() -> None:
    """Skip where a program for another platform would run: nothing could be shown there."""
    folder = Path("/proc/sys/fs/binfmt_misc")
    found = [
        entry.name
        for entry in (folder.iterdir() if folder.is_dir() else ())
        if entry.name not in ("register", "status") and "qemu" in entry.read_text()
    ]
    if found:
        pytest.skip(f"emulators are registered here: {', '.join(found)}")


@pytest.fixture
async def host_door(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The host's adapter on the embedded cluster's registry, with the storage it always uses."""
    lab = Lab((LAB / "registry-password").read_text().strip())
    monkeypatch.setenv("CONTAINERS_REGISTRIES_CONF", str(LAB / "registries.conf"))
    for name in BASES:
        by_tag = ImageName.parse(name, "tool_images.py").by_tag
        image = f"docker://{lab.host}/library/{by_tag}"
        with authfile(lab.host, lab.user, lab.password) as login:
            argv = ["skopeo", "inspect", "--raw", "--tls-verify=false", "--authfile", login]
            raw = await anyio.run_process([*argv, image])
        entries: list[Any] = json.loads(raw.stdout).get("manifests", [])
        if len(entries) < len(MACHINES):
            pytest.skip(f"{name} is there for one platform alone; {NEXT}")
    with SecretStore({"registry-password": lab.password}) as store:
        adapter = HostImages(ROOT, store, registry=lab.address, username=lab.user, plain_http=True)
        yield Door(adapter, lab)


@pytest.fixture
async def engine_door(engine: None, registry: Any) -> Door:
    """The engine's adapter on a registry of its own."""
    require_engine_registry()
    own = engine_own_images()
    for name in BASES:
        for platform in MACHINES:
            try:
                based = dag.container(platform=Platform(platform)).from_(asked_for(name, own))
                found = await based.platform()
            except DaggerError as error:
                pytest.skip(f"the engine finds no {name} for {platform}: {error}")
            if found != platform:
                pytest.skip(f"{name} is there for the engine as {found}, not for {platform}")
    adapter = engine_images(ROOT, registry.address, registry.user, registry.password)
    return Door(adapter, registry)


@pytest.fixture
def door(adapter: str, request: pytest.FixtureRequest) -> Door:
    """The adapter that this run of the suite is about."""
    return request.getfixturevalue(f"{adapter}_door")


async def test_both_platforms_of_the_real_images_run_what_is_made_for_them(
    emulators: None, door: Door, tmp_path: Path
) -> None:
    for spec in specs(tuple(MACHINES), {"backend": SCHEMA.build_arguments()}, SOURCE).values():
        image = await door.images.build(spec)
        name = f"{door.registry.address}/todo-{image.component}"
        digest = await door.images.push(image, f"{name}:platforms")
        assert await door.images.resolve(f"{name}:platforms") == digest
        found = await read_back(door.registry, f"{name}@{digest}", tmp_path / image.component)
        assert set(found) == set(MACHINES)
        one, *others = found.values()
        assert all(other.config == one.config for other in others)
        assert STARTS[image.component].items() <= one.config.items()
        assert one.config["WorkingDir"] == "/app"
        assert not [it for it in one.config["Env"] if "COMMIT" in it]
        assert one.config["Labels"]["org.opencontainers.image.source"] == SOURCE
        assert not one.config.get("Entrypoint")
        if image.component == "backend":
            assert of_image(one.config["Labels"], "todo.schema") == SCHEMA
        for platform, variant in found.items():
            assert variant.platform == platform
            assert variant.strangers() == {}
            assert PROGRAMS[image.component] in variant.programs
            below = PACKAGES[image.component]
            libraries = [path for path in variant.programs if ".so" in path]
            assert len([path for path in libraries if path.startswith(below)]) > 5


async def test_a_program_of_another_platform_is_found(
    images: Images, sources: Path, registry: Any, tmp_path: Path
) -> None:
    for platform, machine in MACHINES.items():
        header = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00" + machine.to_bytes(2, "little")
        (sources / "backend" / platform.rpartition("/")[2]).write_bytes(header + bytes(44))
    (sources / "backend/Dockerfile").write_text("FROM scratch\nCOPY . /app\n")
    built = await images.build(ImageSpec("backend", tuple(MACHINES)))
    name = f"{registry.address}/todo-backend"
    digest = await images.push(built, f"{name}:strangers")
    found = await read_back(registry, f"{name}@{digest}", tmp_path / "copy")
    assert {platform: image.strangers() for platform, image in found.items()} == {
        "linux/amd64": {"app/arm64": 183},
        "linux/arm64": {"app/amd64": 62},
    }
