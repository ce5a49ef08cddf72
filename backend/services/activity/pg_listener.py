"""One connection of this process that PostgreSQL tells about new activity."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import anyio

from connections import single_connections
from database import Database
from repositories.notifications import ACTIVITY, PROBE, notify
from services.logger import get_logger
from services.rest import Rest

PROBE_SECONDS = 5
HEARD_SECONDS = 3
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 15
_log = get_logger("listener")


class NotListening(Exception):
    """Messages sent over this database do not arrive at the listening connection."""


class PgListener:
    """Call back for every user with new activity, and for all of them (None) when some were missed.

    Whether it hears is never assumed: it sends itself a message when it connects and every 5 s.
    That finds a dead connection, a network that swallows packets, and a pooler that hands the
    session to somebody else after each transaction, where LISTEN succeeds and nothing ever comes.
    """

    def __init__(
        self,
        database: Database,
        on_change: Callable[[str | None], None],
        rest: Rest | None = None,
    ) -> None:
        self._rest = rest or Rest()
        self._database = database
        self._on_change = on_change
        self._expected = ""
        self._heard = asyncio.Event()
        self.is_listening = False

    async def run(self) -> None:
        """Listen for ever; while it fails, `is_listening` is false and the pauses grow.

        Through a pooler that is known as one nobody listens: nothing would ever be heard.
        """
        if self._database.is_pooled:
            _log.info("not listening, polling: DATABASE_URL leads to a pooler of transactions")
            return
        pause = FIRST_PAUSE_SECONDS
        while True:
            await self._rest.over()
            try:
                await self.listen()
            except Exception as error:
                if self.is_listening:
                    pause = FIRST_PAUSE_SECONDS
                self.is_listening = False
                _log.warning("not listening, polling: %s %s", type(error).__name__, error)
            await anyio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def listen(self) -> None:
        """Listen until that fails."""
        engine = single_connections(self._database.url, self._database.times)
        async with engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                await self._hear(driver)
            finally:
                # To leave politely takes an answer, which who falls silent does not give.
                driver.terminate()
        raise NotListening("PostgreSQL closed the connection")

    async def _hear(self, driver: Any) -> None:
        lost = asyncio.Event()

        def on_end(_driver: object) -> None:
            lost.set()

        driver.add_termination_listener(on_end)
        await driver.add_listener(ACTIVITY, self._on_activity)
        await driver.add_listener(PROBE, self._on_probe)
        while not lost.is_set():
            await self._probe()
            if not self.is_listening:
                self.is_listening = True
                _log.info("listening for activity")
                # Whatever was committed before is caught up with.
                self._on_change(None)
            with anyio.move_on_after(PROBE_SECONDS):
                await lost.wait()
            await self._rest.over(lost.is_set)

    async def _probe(self) -> None:
        self._expected = uuid.uuid4().hex
        self._heard.clear()
        async with self._database.write() as session:
            await notify(session, PROBE, self._expected)
            await session.commit()
        with anyio.move_on_after(HEARD_SECONDS):
            await self._heard.wait()
            return
        raise NotListening(f"no message of its own within {HEARD_SECONDS} s")

    def _on_activity(self, _driver: object, _pid: int, _channel: str, user_id: str) -> None:
        self._on_change(user_id)

    def _on_probe(self, _driver: object, _pid: int, _channel: str, sent: str) -> None:
        if sent == self._expected:
            self._heard.set()
