"""Cut off whoever keeps a stream open and does not read it."""

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.logger import get_logger

SEND_SECONDS = 10
_log = get_logger("slow_readers")


class SlowReaders:
    """End a stream of events when one of them cannot be sent within 10 s.

    Its reader keeps a connection and a page of events here for nothing. It can come back at any
    time and loses nothing: the events are in the database.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        streams = dropped = False

        async def send_in_time(message: Message) -> None:
            nonlocal streams, dropped
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                streams = kind.startswith("text/event-stream")
            if not streams:
                await send(message)
                return
            try:
                with anyio.fail_after(SEND_SECONDS):
                    await send(message)
            except TimeoutError:
                dropped = True
                raise

        try:
            await self._app(scope, receive, send_in_time)
        except Exception:
            if not dropped:
                raise
            _log.info("cut off a reader of %s that takes nothing", scope["path"])
