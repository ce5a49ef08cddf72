"""A port of 127.0.0.1 in front of another address, which a test can make go silent."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager


class Relay:
    """Pass bytes on, as kind and k3d do for their API servers, until told to stop.

    ``cut`` is what a lost network looks like from both ends: connections stay open, new ones are
    taken, and nothing ever comes through.
    """

    def __init__(self, host: str, port: int) -> None:
        self._there = (host, port)
        self._silent = threading.Event()
        self._loop = asyncio.new_event_loop()
        self.port = 0

    def cut(self) -> None:
        """Let nothing through from now on."""
        self._silent.set()

    @contextmanager
    def running(self) -> Generator["Relay"]:
        """Serve in a thread of its own for as long as the block lasts."""
        ready = threading.Event()
        thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        thread.start()
        assert ready.wait(10), "the relay did not start"
        yield self
        self._loop.call_soon_threadsafe(self._loop.stop)
        thread.join(timeout=10)

    def _run(self, ready: threading.Event) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other_reader, other_writer = await asyncio.open_connection(*self._there)
        await asyncio.gather(
            self._pump(reader, other_writer),
            self._pump(other_reader, writer),
            return_exceptions=True,
        )

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if self._silent.is_set():
                await asyncio.Event().wait()
            sink.write(data)
            await sink.drain()
        sink.close()
