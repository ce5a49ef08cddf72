"""The assistant remembers through a real daprd and PostgreSQL, and answers without either.

Real parts: the backend as a process, daprd with infra/dapr-components/state-postgresql.yaml as it
stands, and a PostgreSQL of this test alone. Marked `lab` for daprd, one of the lab's programs.
"""

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import backend
import broker
import daprd
import databases
from backend import PYTHON, Backend
from daprd import App, Daprd
from programs import tool
from rendering import COMPONENTS, REPOSITORY, Manifest, documents

pytestmark = pytest.mark.lab

CHAT = "/api/dev-user/chat"
TASKS = "/api/dev-user/tasks"


@pytest.fixture(scope="module")
def component(postgresql: str) -> list[Manifest]:
    """Give the state store's manifest with this test's database for the Secret."""
    (store,) = [m for m in documents(COMPONENTS).values() if m["metadata"]["name"] == "statestore"]
    return daprd.standalone([store], {("app-secrets", "database-url"): postgresql})


@pytest.fixture(scope="module")
def app() -> Generator[App]:
    with daprd.serving() as serving:
        yield serving


@pytest.fixture(scope="module")
def sidecar(
    app: App, component: list[Manifest], tmp_path_factory: pytest.TempPathFactory
) -> Generator[Daprd]:
    folder = tmp_path_factory.mktemp("daprd")
    with daprd.running(tool("daprd"), component, folder, app) as running:
        assert running.process.poll() is None, running.complaints()
        yield running


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A migrated database of the backend's own: replicas of it share nothing but this."""
    url = databases.sqlite(tmp_path)
    databases.migrate(url)
    return url


@contextmanager
def replica(database: str, folder: Path, sidecar_port: int) -> Generator[Backend]:
    """Run a backend that remembers in a sidecar's store."""
    folder.mkdir(exist_ok=True)
    with backend.running(
        folder, broker.free_port(),
        DATABASE_URL=database, DAPR_HTTP_PORT=str(sidecar_port), TODO_STATE_STORE="statestore",
    ) as running:  # fmt: skip
        backend.wait(running)
        yield running


def say(replica: Backend, message: str, conversation: str | None = None) -> tuple[str, str]:
    """Say something; return the words of the reply and the conversation."""
    body = {"message": message, "conversation_id": conversation}
    status, answer = replica.call("POST", CHAT, body, accept="application/json")
    assert status == 200, answer
    return answer["message"]["text"], answer["conversation_id"]


def titles(replica: Backend) -> list[str]:
    return [task["title"] for task in replica.call("GET", TASKS)[1]["items"]]


def test_a_yes_is_understood_by_another_process_than_the_one_that_asked(
    sidecar: Daprd, database: str, tmp_path: Path
) -> None:
    with replica(database, tmp_path / "one", sidecar.port) as one:
        _, conversation = say(one, "add buy milk")
        asked, _ = say(one, "delete it", conversation)
        assert asked.startswith("Delete “buy milk”?")
    with replica(database, tmp_path / "two", sidecar.port) as two:
        assert titles(two) == ["buy milk"]
        assert say(two, "yes", conversation)[0] == "Deleted: “buy milk”."
        assert titles(two) == []
        assert say(two, "undo that", conversation)[0].startswith("Added “buy milk”")


def test_a_deleted_conversation_leaves_nothing_in_the_store(
    sidecar: Daprd, database: str, tmp_path: Path
) -> None:
    with replica(database, tmp_path / "one", sidecar.port) as one:
        _, conversation = say(one, "add buy milk")
        path = f"/v1.0/state/statestore/memory-{conversation}"
        assert sidecar.call("GET", path)[1]["last"][0]["title"] == "buy milk"
        assert one.call("DELETE", f"/api/dev-user/conversations/{conversation}")[0] == 204
        assert sidecar.call("GET", path)[0] == 204


def test_without_a_sidecar_the_assistant_answers_and_says_what_it_cannot(
    database: str, tmp_path: Path
) -> None:
    with replica(database, tmp_path / "one", broker.free_port()) as one:
        forgetful(one)


def test_without_the_component_the_assistant_answers_and_says_what_it_cannot(
    app: App, database: str, tmp_path: Path
) -> None:
    folder = tmp_path / "daprd"
    folder.mkdir()
    with (
        daprd.running(tool("daprd"), [], folder, app) as running,
        replica(database, tmp_path / "one", running.port) as one,
    ):
        forgetful(one)


def forgetful(one: Backend) -> None:
    told, conversation = say(one, "add buy milk")
    assert told == "Added “buy milk”."
    assert "1 open task" in say(one, "what is on my list?", conversation)[0]
    asked, _ = say(one, "delete buy milk", conversation)
    assert "my short memory is away" in asked
    say(one, "yes", conversation)
    assert titles(one) == ["buy milk"]
    warned = [line for line in one.lines() if line["level"] == "warning"]
    assert any("the state store is away" in line["message"] for line in warned)


CONTRACT = """
import json, sys, uuid
import anyio
from schemas.memory import Memory, TaskRef
from services.dapr_client import DaprClient
from services.chat.memory import MemoryChanged
from services.chat.memory_dapr import DaprMemory

async def main(port):
    async with DaprClient(port) as client:
        store, other = DaprMemory(client, "statestore", 2), DaprMemory(client, "statestore", 2)
        key, milk = uuid.uuid4(), Memory(last=[TaskRef(id=uuid.uuid4(), title="milk")])
        said = {"empty": (await store.recall(key)).memory == Memory()}
        await store.save(key, milk, None)
        first = await other.recall(key)
        said["kept"] = first.memory == milk
        said["second first write"] = await refused(other, key, None)
        await store.save(key, Memory(), first.version)
        said["stale"] = await refused(other, key, first.version)
        said["newer stays"] = (await store.recall(key)).memory == Memory()
        await anyio.sleep(2.5)
        said["expired"] = (await store.recall(key)).version is None
        await store.save(key, milk, None)
        await store.forget(key)
        await store.forget(key)
        said["forgotten"] = (await store.recall(key)).version is None
        print(json.dumps(said))

async def refused(store, key, version):
    try:
        await store.save(key, Memory(), version)
    except MemoryChanged:
        return True
    return False

anyio.run(main, int(sys.argv[1]))
"""


def test_the_store_keeps_refuses_and_forgets_as_the_double_of_the_tests_does(
    sidecar: Daprd,
) -> None:
    """What backend/tests/state_store.py pretends: first writes, versions, expiry."""
    done = subprocess.run(
        [str(PYTHON), "-c", CONTRACT, str(sidecar.port)],
        cwd=REPOSITORY / "backend", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said == dict.fromkeys(said, True)
    assert len(said) == 7
