"""Open and end live streams one after the other, so that many at once delay nobody else."""

from contextlib import ExitStack

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from routes.head import has_no_end
from services.fair_queue import FairQueue

AT_ONCE = 1
# To open a stream takes a tenth of it. What takes longer waits for the database, and holds up
# nobody else.
LONGEST_SECONDS = 0.05


class StreamsInTurn:
    """Let one stream at a time open or end; users wait for their own streams, hardly for others'.

    Either takes milliseconds of the one thread that answers everybody. Two hundred that come at
    once would all be worked on before anything else; in turn, other requests come in between. It
    has to stand outside of everything that takes time.
    """

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE) -> None:
        self._app = app
        self._queue = FairQueue(at_once, LONGEST_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_no_end(scope["path"]):
            await self._app(scope, receive, send)
            return
        # Nobody knows yet whose request it is, but the path says whose stream.
        key: str = scope["path"]
        with ExitStack() as places:
            opened = await self._queue.place(key)
            places.callback(opened)

            async def send_until_open(message: Message) -> None:
                await send(message)
                if message["type"] == "http.response.body":
                    opened()

            async def receive_the_end_in_turn() -> Message:
                message = await receive()
                if message["type"] == "http.disconnect":
                    places.callback(await self._queue.place(key))
                return message

            await self._app(scope, receive_the_end_in_turn, send_until_open)
