"""Two engines as one: rules take over where the language model cannot be reached."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from services.assistant.core.engine import Engine, Event, Text, Turn
from services.assistant.engines.cohere.errors import ModelAway

APOLOGY = "The language model cannot be reached, so I understand plain commands only.\n"


class WithFallback:
    """Reply by the first engine, or, if it says nothing at all, openly by the second.

    Only as long as nothing was said or done: two engines must not both act on one message. And
    never silently: who wonders why the assistant understands less is told.
    """

    def __init__(self, first: Engine, second: Engine) -> None:
        self._first, self._second = first, second
        self.name = first.name

    async def reply(self, turn: Turn) -> AsyncGenerator[Event]:
        begun = False
        question = turn.memory.question
        try:
            async with aclosing(cast("AsyncGenerator[Event]", self._first.reply(turn))) as events:
                async for event in events:
                    begun = True
                    yield event
        except ModelAway:
            if begun:
                raise
            turn.engine, turn.memory.question = self._second.name, question
            yield Text(APOLOGY)
            async for event in self._second.reply(turn):
                yield event
