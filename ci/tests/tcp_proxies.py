"""A port of 127.0.0.1 in front of another address, which a test can make go silent."""

import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import anyio
from anyio.abc import ByteStream, SocketAttribute, SocketStream
from anyio.from_thread import start_blocking_portal


class TcpProxy:
    """Pass bytes on, as kind and k3d do for their API servers, until told to stop.

    ``cut`` is what a lost network looks like from both ends: connections stay open, new ones are
    taken, and nothing ever comes through.
    """

    def __init__(self, host: str, port: int) -> None:
        self._there = (host, port)
        self._silent = threading.Event()
        self.port = 0

    def cut(self) -> None:
        """Let nothing through from now on."""
        self._silent.set()

    @contextmanager
    def running(self) -> Generator["TcpProxy"]:
        """Serve in a thread of its own for as long as the block lasts."""
        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(self._serving()),
        ):
            yield self

    @asynccontextmanager
    async def _serving(self) -> AsyncGenerator[None]:
        async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
            self.port = listener.extra(SocketAttribute.local_port)
            async with anyio.create_task_group() as group:
                group.start_soon(listener.serve, self._connect)
                yield
                group.cancel_scope.cancel()

    async def _connect(self, here: SocketStream) -> None:
        async with here, await anyio.connect_tcp(*self._there) as there:
            try:
                async with anyio.create_task_group() as group:
                    group.start_soon(self._pump, here, there)
                    group.start_soon(self._pump, there, here)
            except* (anyio.BrokenResourceError, anyio.ClosedResourceError):
                pass  # one end has gone, and takes the other with it

    async def _pump(self, source: ByteStream, sink: ByteStream) -> None:
        async for data in source:
            if self._silent.is_set():
                await anyio.sleep_forever()
            await sink.send(data)
        await sink.send_eof()
