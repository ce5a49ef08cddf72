"""The memory lasts for a while, in a process alone as in a sidecar's state store."""

import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx
import pytest

from schemas.memory import Call, Memory, Question, TaskRef
from services.chat.memory import (
    TTL_SECONDS,
    MemoryChanged,
    MemoryStore,
    MemoryUnavailable,
    ProcessMemory,
    keep,
)
from services.chat.memory_dapr import DaprMemory
from services.dapr_client import DaprClient, DaprRefused, StateChanged
from tests.state_store import STORE, StateStore

CONVERSATION = uuid.uuid4()
MILK = TaskRef(id=uuid.uuid4(), title="Buy milk")
ASKED = Memory(
    listed=[MILK],
    last=[MILK],
    question=Question(
        kind="confirm", calls=[Call(tool="delete_task", arguments={"task_id": str(MILK.id)})]
    ),
)


@dataclass
class Clock:
    now: float = 0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["process", "dapr"])
async def store(request: pytest.FixtureRequest, clock: Clock) -> AsyncGenerator[MemoryStore]:
    if request.param == "process":
        yield ProcessMemory(clock=clock)
        return
    async with DaprClient(3500, httpx.MockTransport(StateStore(clock))) as client:
        yield DaprMemory(client, STORE)


async def test_nothing_is_remembered_of_a_new_conversation(store: MemoryStore) -> None:
    recalled = await store.recall(CONVERSATION)
    assert (recalled.memory, recalled.version) == (Memory(), None)


async def test_what_was_saved_is_recalled_until_it_is_forgotten(store: MemoryStore) -> None:
    await store.save(CONVERSATION, ASKED, None)
    recalled = await store.recall(CONVERSATION)
    assert recalled.memory == ASKED
    assert (await store.recall(uuid.uuid4())).memory == Memory()
    await store.forget(CONVERSATION)
    assert (await store.recall(CONVERSATION)).memory == Memory()
    await store.forget(CONVERSATION)


async def test_a_memory_expires(store: MemoryStore, clock: Clock) -> None:
    await store.save(CONVERSATION, ASKED, None)
    clock.now += TTL_SECONDS - 1
    assert (await store.recall(CONVERSATION)).memory == ASKED
    clock.now += 2
    recalled = await store.recall(CONVERSATION)
    assert (recalled.memory, recalled.version) == (Memory(), None)


async def test_a_save_starts_the_time_anew(store: MemoryStore, clock: Clock) -> None:
    await store.save(CONVERSATION, Memory(), None)
    clock.now += TTL_SECONDS - 1
    await store.save(CONVERSATION, ASKED, (await store.recall(CONVERSATION)).version)
    clock.now += TTL_SECONDS - 1
    assert (await store.recall(CONVERSATION)).memory == ASKED


async def test_a_version_that_is_gone_is_not_overwritten(store: MemoryStore) -> None:
    await store.save(CONVERSATION, Memory(), None)
    old = (await store.recall(CONVERSATION)).version
    await store.save(CONVERSATION, ASKED, old)
    for version in (old, None):
        with pytest.raises(MemoryChanged):
            await store.save(CONVERSATION, Memory(), version)
    assert (await store.recall(CONVERSATION)).memory == ASKED


async def test_the_newer_of_two_memories_stays(store: MemoryStore) -> None:
    await store.save(CONVERSATION, Memory(), None)
    old = (await store.recall(CONVERSATION)).version
    await keep(store, CONVERSATION, ASKED, old)
    await keep(store, CONVERSATION, Memory(listed=[MILK]), old)
    assert (await store.recall(CONVERSATION)).memory == ASKED


async def test_a_memory_that_only_expired_is_replaced(store: MemoryStore, clock: Clock) -> None:
    await store.save(CONVERSATION, Memory(), None)
    old = (await store.recall(CONVERSATION)).version
    clock.now += TTL_SECONDS + 1
    await keep(store, CONVERSATION, ASKED, old)
    assert (await store.recall(CONVERSATION)).memory == ASKED


async def test_a_process_forgets_the_oldest_when_it_has_too_many() -> None:
    store = ProcessMemory(most=2)
    first, second, third = (uuid.uuid4() for _ in range(3))
    for conversation in (first, second, third):
        await store.save(conversation, ASKED, None)
    found = [(await store.recall(each)).version is not None for each in (first, second, third)]
    assert found == [False, True, True]


async def test_the_state_store_is_told_when_to_forget() -> None:
    state = StateStore()
    async with DaprClient(3500, httpx.MockTransport(state)) as client:
        await DaprMemory(client, STORE).save(CONVERSATION, ASKED, None)
    assert state.requests == [
        {
            "key": f"memory-{CONVERSATION}",
            "value": ASKED.model_dump(mode="json"),
            "options": {"concurrency": "first-write"},
            "metadata": {"ttlInSeconds": "1800"},
        }
    ]


@pytest.mark.parametrize("store_name", [STORE, "another"])
async def test_a_state_store_that_is_away_is_told_apart(store_name: str) -> None:
    state = StateStore()
    state.away = store_name == STORE
    async with DaprClient(3500, httpx.MockTransport(state)) as client:
        memory = DaprMemory(client, store_name)
        for attempt in (
            memory.recall(CONVERSATION),
            memory.save(CONVERSATION, ASKED, None),
            memory.forget(CONVERSATION),
            keep(memory, CONVERSATION, ASKED, None),
        ):
            with pytest.raises(MemoryUnavailable):
                await attempt


async def test_a_memory_of_another_release_is_none_and_is_replaced() -> None:
    state = StateStore()
    async with DaprClient(3500, httpx.MockTransport(state)) as client:
        await client.save_state(
            STORE, f"memory-{CONVERSATION}", {"listed": "all"}, etag=None, ttl_seconds=60
        )
        memory = DaprMemory(client, STORE)
        recalled = await memory.recall(CONVERSATION)
        assert recalled.memory == Memory()
        await memory.save(CONVERSATION, ASKED, recalled.version)
        assert (await memory.recall(CONVERSATION)).memory == ASKED


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (409, "possible etag mismatch. error from state store", StateChanged),
        (500, "no item was updated", StateChanged),
        (500, "connection refused", DaprRefused),
    ],
)
async def test_only_another_version_is_a_conflict(
    status: int, message: str, kind: type[DaprRefused]
) -> None:
    body = {"errorCode": "ERR_STATE_SAVE", "message": f"failed saving state: {message}"}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    async with DaprClient(3500, transport) as client:
        with pytest.raises(DaprRefused) as caught:
            await client.save_state(STORE, "key", 1, etag=None, ttl_seconds=1)
    assert type(caught.value) is kind
