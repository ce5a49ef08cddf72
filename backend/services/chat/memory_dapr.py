"""Memory in the sidecar's state store: shared by replicas, survives their end."""

import uuid

from pydantic import ValidationError

from schemas.memory import Memory
from services.chat.memory import TTL_SECONDS, MemoryChanged, MemoryUnavailable, Recalled
from services.dapr_client import DaprClient, DaprError, StateChanged
from services.logger import get_logger

_log = get_logger("memory")


class DaprMemory:
    """Keep memories under `memory-ID`; the store itself forgets them in time."""

    def __init__(self, client: DaprClient, store: str, seconds: int = TTL_SECONDS) -> None:
        self._client, self._store, self._seconds = client, store, seconds

    async def recall(self, conversation: uuid.UUID) -> Recalled:
        try:
            found = await self._client.get_state(self._store, _key(conversation))
        except DaprError as error:
            raise _away(error) from error
        if found is None:
            return Recalled(Memory())
        try:
            memory = Memory.model_validate(found.value)
        except ValidationError:
            # Of another release. It is replaced, not a reason to fail.
            memory = Memory()
        return Recalled(memory, found.etag)

    async def save(self, conversation: uuid.UUID, memory: Memory, version: str | None) -> None:
        try:
            await self._client.save_state(
                self._store,
                _key(conversation),
                memory.model_dump(mode="json"),
                etag=version,
                ttl_seconds=self._seconds,
            )
        except StateChanged as error:
            raise MemoryChanged from error
        except DaprError as error:
            raise _away(error) from error

    async def forget(self, conversation: uuid.UUID) -> None:
        try:
            await self._client.delete_state(self._store, _key(conversation))
        except DaprError as error:
            raise _away(error) from error


def _key(conversation: uuid.UUID) -> str:
    return f"memory-{conversation}"


def _away(error: DaprError) -> MemoryUnavailable:
    _log.warning("the state store is away: %s", error)
    return MemoryUnavailable(str(error))
