"""While somebody asks for as much as may be asked for at once, others are served as ever."""

from collections.abc import Awaitable, Callable

import pytest

from bench.crowd import (
    MESSAGES,
    STREAMS,
    listings_during,
    listings_for,
    open_streams,
    send_messages,
    send_read_messages,
)
from tests.processes import serving

# As soon as a request is answered when the database is away. On a machine of its own it is a
# fraction of a second: the bench says which.
PROMISED_SECONDS, TIMES = 5.0, 5
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
# The usual way: patterns run in processes of their own.
PROCESSES = {"TODO_ASSISTANT_WORKERS": "2", "TODO_LOG_LEVEL": "error"}


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("load", "count", "good"),
    [
        pytest.param(send_messages, MESSAGES, b"event: done", id="longest-messages"),
        pytest.param(send_read_messages, MESSAGES, b"event: done", id="longest-read"),
        pytest.param(open_streams, STREAMS, b" 200 OK", id="streams-opening"),
    ],
)
async def test_a_second_user_is_served_meanwhile(
    database_url: str, load: Callable[[str], Awaitable[list[bytes]]], count: int, good: bytes
) -> None:
    async with serving(database_url, **PROCESSES) as address:
        usual = max((await listings_for(address, 1)).seconds)
        replies: list[bytes] = []

        async def crowd() -> None:
            replies.extend(await load(address))

        seen = await listings_during(address, crowd())
        assert seen.refused == []
        assert max(seen.seconds, default=0) < max(PROMISED_SECONDS, TIMES * usual)
        assert len(replies) == count
        assert [reply[-300:] for reply in replies if good not in reply] == []
