"""The server process: uvicorn, and what happens between SIGTERM and the end."""

import asyncio
import gc
import socket
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI

from services.chat.reply_manager import STOP_SECONDS
from settings import Settings

GRACE_SECONDS = 20
UNTAKEN_SECONDS = 10
YOUNG_OBJECTS = 5_000


class DrainingServer(uvicorn.Server):
    """Report "draining" for TODO_DRAIN_SECONDS after the first signal, then stop as uvicorn does.

    Meanwhile requests are served as before, so that whoever balances the load can look away first.
    A second signal stops at once.
    """

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self._state = app.state
        self._drain_seconds = settings.drain_seconds
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _spare_the_collector()
        if sys.platform != "linux":
            return
        # Connections inherit it: the kernel resets one whose peer takes nothing for so long. Closed
        # by us but not by the peer, it would hold up the end of the process.
        for listening in (each for server in self.servers for each in server.sockets):
            listening.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * UNTAKEN_SECONDS
            )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams never end by themselves. They end now, not when draining begins: until then the
        # balancer may send their readers back to this very process.
        self._state.stream.close()
        # Replies end by themselves, in the time there is; their readers are told the end in any
        # case, before their connections are closed.
        self._loop.call_later(STOP_SECONDS, self._state.replies.interrupt)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._state.health.draining or not self._drain_seconds:
            super().handle_exit(sig, frame)
            return
        self._state.health.draining = True
        stop = super().handle_exit
        # Signal handlers may only talk to the loop through call_soon_threadsafe.
        self._loop.call_soon_threadsafe(
            self._loop.call_later, self._drain_seconds, stop, sig, frame
        )


def _spare_the_collector() -> None:
    # What was loaded to start with lives as long as the process, and a request makes more objects
    # than the collector's default lets pass: it took a quarter of the time of a list of tasks. Much
    # more, and a collection in the midst of replies held everybody up for 15 ms and more.
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
