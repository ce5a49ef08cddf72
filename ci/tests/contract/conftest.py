"""The adapters under the contract: one entry for each, made from the same ingredients."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncGenerator, Callable, Collection, Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
import dagger
import pytest

from engines import (
    ENGINE_REGISTRY,
    SHARED,
    engine_images,
    engine_shell,
    require_engine,
    require_engine_registry,
)
from todo_ci.adapters.host.images import HostImages
from todo_ci.adapters.host.secrets import SecretStore
from todo_ci.adapters.host.shell import HostShell
from todo_ci.core.context import Context
from todo_ci.core.ports import Images, Shell
from todo_ci.environments import target

MakeShell = Callable[..., Shell]
MakeImages = Callable[..., Images]
MakeContext = Callable[..., Context]
_CONFIG = """
version: 0.1
storage: {{filesystem: {{rootdirectory: {folder}/data}}}}
http: {{addr: "{host}"}}
auth: {{htpasswd: {{realm: test, path: {folder}/htpasswd}}}}
"""


@dataclass(frozen=True)
class Registry:
    """Hold a running registry and who may use it."""

    host: str
    user: str = "todo"
    password: str = "canary-55e0-registry"

    @property
    def address(self) -> str:
        """Return where the images go."""
        return f"{self.host}/todo"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one source directory."""
    root = tmp_path / "repository"
    (root / "ci").mkdir(parents=True)
    (root / "ci/greeting.txt").write_text("hello from the sources")
    return root


@pytest.fixture(params=["host", pytest.param("engine", marks=pytest.mark.engine)])
def adapter(request: pytest.FixtureRequest) -> str:
    """Name the adapter that this run of the suite is about."""
    if request.param == "engine":
        request.getfixturevalue("engine")
    return request.param


@pytest.fixture(scope="session")
async def engine() -> AsyncGenerator[None]:
    """Talk to the engine, or skip with the reason."""
    await anyio.to_thread.run_sync(require_engine)
    async with dagger.connection():
        yield


@pytest.fixture
def make_shell(adapter: str, repository: Path) -> Generator[MakeShell]:
    """Make the adapter."""
    with ExitStack() as stack:

        def host(secrets: Mapping[str, str] | None = None) -> Shell:
            store = stack.enter_context(SecretStore(secrets or {}))
            return HostShell(repository, store, grace=2)

        def in_engine(secrets: Mapping[str, str] | None = None) -> Shell:
            return engine_shell({"ci": repository / "ci"}, secrets or {})

        yield {"host": host, "engine": in_engine}[adapter]


@pytest.fixture
def meeting(adapter: str, tmp_path: Path) -> str:
    """Name a file that two steps of one adapter can see, and nothing made yet."""
    return {"host": str(tmp_path / "meeting"), "engine": f"{SHARED}/{uuid.uuid4().hex}"}[adapter]


@pytest.fixture(scope="session")
def free_address() -> Callable[[], str]:
    """Name addresses nobody listens on."""

    def find() -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return f"127.0.0.1:{probe.getsockname()[1]}"

    return find


@pytest.fixture(scope="session")
def registry(
    tmp_path_factory: pytest.TempPathFactory, free_address: Callable[[], str]
) -> Generator[Registry]:
    """A registry that asks for a password."""
    folder = tmp_path_factory.mktemp("registry")
    made = Registry(os.environ.get(ENGINE_REGISTRY) or free_address())
    hashed = subprocess.run(
        ["htpasswd", "-Bin", made.user], input=made.password, capture_output=True,
        text=True, check=True,
    ).stdout  # fmt: skip
    (folder / "htpasswd").write_text(hashed)
    (folder / "config.yml").write_text(_CONFIG.format(folder=folder, host=made.host))
    server = subprocess.Popen(
        ["docker-registry", "serve", str(folder / "config.yml")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_asks(f"http://{made.host}/v2/")
        yield made
    finally:
        server.terminate()
        server.wait()


def _wait_until_it_asks(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"no registry at {url}")


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep layers between tests, apart from all others."""
    return tmp_path_factory.mktemp("storage")


@pytest.fixture
def sources(repository: Path) -> Path:
    """Add both components, whose images need no base image, and the one migration there is."""
    for component in ("backend", "frontend"):
        folder = repository / component
        folder.mkdir()
        (folder / "hello.txt").write_text(f"hello from the {component}")
        (folder / "Dockerfile").write_text(
            'FROM scratch\nCOPY hello.txt /hello.txt\nARG SOURCE\nLABEL source="$SOURCE"\n'
        )
    migrations = repository / "backend/migrations/versions"
    migrations.mkdir(parents=True)
    (migrations / "0001_first.py").write_text(
        'revision = "0001"\ndown_revision = None\ncompatible_from = "0001"\n'
    )
    return repository


@pytest.fixture
def make_host_images(sources: Path, registry: Registry, storage: Path) -> Generator[MakeImages]:
    """Make the host's adapter with the right password, or another one."""
    with ExitStack() as stack:

        def make(
            password: str = registry.password,
            address: str = registry.address,
            layers: Path = storage,
        ) -> Images:
            store = stack.enter_context(SecretStore({"registry-password": password}))
            return HostImages(
                sources,
                store,
                registry=address,
                username=registry.user,
                plain_http=True,
                storage=layers,
            )

        yield make


@pytest.fixture
def make_engine_images(engine: None, sources: Path, registry: Registry) -> MakeImages:
    """Make the engine's adapter with the right password, or another one."""
    require_engine_registry()

    def make(password: str = registry.password, own: Collection[str] = ()) -> Images:
        return engine_images(sources, registry.address, registry.user, password, own)

    return make


@pytest.fixture
def make_images(adapter: str, request: pytest.FixtureRequest) -> MakeImages:
    """Make the adapter that this run of the suite is about."""
    return request.getfixturevalue(f"make_{adapter}_images")


@pytest.fixture
def images(make_images: MakeImages) -> Images:
    """Make the adapter with the right password."""
    return make_images()


@pytest.fixture
def make_context(
    adapter: str, images: Images, sources: Path, registry: Registry
) -> Generator[MakeContext]:
    """Make a pipeline over both of one adapter's ports, with further secrets."""
    chart = sources / "infra/helm/todo-app"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: todo-app\nversion: 0.1.0\n")
    local = target("local")
    with ExitStack() as stack:

        def make(further: Mapping[str, str] | None = None) -> Context:
            secrets = {"registry-password": registry.password, **(further or {})}
            if adapter == "engine":
                components = {name: sources / name for name in ("backend", "frontend")}
                sigstore = sources / "infra/sigstore"
                own = {"sigstore": sigstore} if sigstore.exists() else {}
                shell = engine_shell({"chart": chart, **components, **own}, secrets)
                return Context(shell, images, local, secrets=frozenset(secrets))
            store = stack.enter_context(SecretStore(secrets))
            return Context(HostShell(sources, store), images, local, secrets=store.names)

        yield make


@pytest.fixture
def context(make_context: MakeContext) -> Context:
    """Make a pipeline over both of one adapter's ports."""
    return make_context()
