"""A TCP proxy before a server, which can swallow what passes as a broken network does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

CHUNK = 65536
_FIELDS = b"SFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0"
# As PgBouncer says it.
REFUSAL = b"E" + (len(_FIELDS) + 4).to_bytes(4) + _FIELDS


class Proxy:
    """Pass bytes on, or swallow them: connections stay open and nobody is told.

    A connection that lost bytes stays mute for good, as where a firewall forgot it: what serves
    again are new ones.
    """

    def __init__(self, database_url: str) -> None:
        self._place = urlsplit(database_url)
        self._connections: set[asyncio.Task[None]] = set()
        self.swallowing = False
        # What a client says last on a connection: it is swallowed, or only the answer to it is.
        self.cut_at: bytes | None = None
        # Only where it had said this before: others than a request make transactions too.
        self.cut_after = b""
        self.cut_answer = False
        # Whether a client may name settings of PostgreSQL with its first message.
        self.takes_settings = True
        self.port = 0

    @property
    def url(self) -> str:
        """Return the URL of the database behind this proxy."""
        return f"postgresql://postgres@127.0.0.1:{self.port}{self._place.path}?sslmode=disable"

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Listen on a port of 127.0.0.1."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        if not self.takes_settings:
            first = await reader.read(CHUNK)
            if b"statement_timeout" in first:
                writer.write(REFUSAL)
                writer.close()
                return
        else:
            first = b""
        there_reader, there_writer = await self._connect()
        there_writer.write(first)
        lost = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pass(reader, there_writer, lost))
                ways.create_task(self._pass(there_reader, writer, lost))
        except asyncio.CancelledError:
            # The end of the test; asyncio would report what its own server cancels.
            pass
        finally:
            writer.close()
            there_writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._place.hostname:
            return await asyncio.open_connection(self._place.hostname, self._place.port)
        folder = parse_qs(self._place.query)["host"][0]
        return await asyncio.open_unix_connection(Path(folder) / ".s.PGSQL.5432")

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        said = False
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                if self.swallowing:
                    lost.set()
                said = said or (bool(self.cut_after) and self.cut_after in chunk)
                is_meant = said or not self.cut_after
                cut = is_meant and self.cut_at is not None and self.cut_at in chunk
                passes = not lost.is_set() and (self.cut_answer or not cut)
                if cut:
                    lost.set()
                if passes:
                    writer.write(chunk)
                    await writer.drain()
        if not lost.is_set():
            writer.close()
