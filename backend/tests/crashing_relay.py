"""A relay that publishes into a file and never gets to note it: to be killed meanwhile."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import anyio

from database import Database
from repositories.relay import RelayRepository
from services.events.publishing.port import Entry, Failure
from services.events.relay.relay import Relay
from tests.relays import FAST


class File:
    """Append the ids of published events to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def publish(self, topic: str, entries: Sequence[Entry]) -> Mapping[UUID, Failure]:
        with self._path.open("a") as file:
            file.writelines(f"{entry.id}\n" for entry in entries)
        return {}

    async def check(self) -> None:
        pass


async def _never(self: RelayRepository, published: object, failed: object) -> None:
    await anyio.sleep_forever()


async def main(url: str, path: str) -> None:
    """Relay until killed."""
    RelayRepository.settle = _never
    async with Relay(Database(url), File(Path(path)), FAST).running():
        await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(main, sys.argv[1], sys.argv[2])
