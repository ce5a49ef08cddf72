"""The relay publishes every event at least once, in order for each key, whatever fails."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import anyio
import pytest
from sqlalchemy import event, select, text

from database import Database
from models import RelaySlot
from services.events import outbox
from services.events.outbox import SLOTS
from services.events.publishing.port import Entry, Failure
from services.rest import Rest
from settings import async_database_url
from tests.patience import PATIENCE_SECONDS
from tests.relays import FAST, Broker, emptied, pending, relaying, store, until


async def test_what_is_committed_is_published_once_and_removed(database: Database) -> None:
    before = await store(database, "a", "b", "a")
    broker = Broker()
    async with relaying(database, broker):
        after = await store(database, "b", topic="task-updates")
        await emptied(database)
    assert sorted(broker.ids, key=str) == sorted(before + after, key=str)


async def test_a_position_committed_late_is_published_all_the_same(database: Database) -> None:
    broker = Broker()
    async with relaying(database, broker):
        [late] = await store(database, "a", position=1000)
        await emptied(database)
        [early] = await store(database, "a", position=999)
        await emptied(database)
    assert broker.ids == [late, early]


async def test_a_broker_that_is_away_costs_no_event_and_only_few_calls(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    broker = Broker()
    broker.away = True
    async with relaying(database, broker):
        ids = await store(database, *"abcdefgh" * 20)
        await until(lambda: broker.calls >= 5)
        assert await pending(database) == len(ids)
        broker.away = False
        await emptied(database)
    assert sorted(broker.ids, key=str) == sorted(ids, key=str)
    said = [record.message for record in caplog.records if record.name == "todo.relay"]
    assert sum("cannot publish" in line for line in said) == 1
    assert sum("publishing again" in line for line in said) == 1


async def test_behind_a_failed_event_only_its_own_key_waits(database: Database) -> None:
    broker = Broker()
    failing = True
    first, other, second = await store(database, "a", "b", "a")

    def fails(entry: Entry) -> Failure | None:
        waits = failing and entry.id == first
        return Failure("its partition has no leader", refused=False) if waits else None

    broker.fails = fails
    async with relaying(database, broker):
        await until(lambda: broker.calls >= 4)
        assert await pending(database) == 2
        assert other in broker.ids
        failing = False
        await emptied(database)
    assert broker.ids == [other, first, second]


async def test_a_key_with_very_many_events_makes_nobody_wait_for_all_of_them(
    database: Database,
) -> None:
    broker = Broker()
    options = replace(FAST, batch=20, per_key=4)
    many = await store(database, *"a" * 50)
    [other] = await store(database, "b")
    async with relaying(database, broker, options):
        await emptied(database)
    assert broker.ids.index(other) < options.per_key
    assert [event_id for event_id in broker.ids if event_id != other] == many


async def test_an_event_that_is_refused_again_and_again_is_set_aside_alone(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Broker()
    poison, behind, other = await store(database, "a", "a", "b")
    broker.fails = lambda entry: Failure("too large", True) if entry.id == poison else None
    async with relaying(database, broker):
        await emptied(database)
        async with database.read() as session:
            [row] = await outbox.quarantined_events(session, 10)
            state = await outbox.outbox_state(session)
        assert (row.id, row.reason, row.attempts) == (poison, "too large", FAST.attempts)
        assert (state.pending, state.quarantined) == (0, 1)
        assert {behind, other} == set(broker.ids)
        assert "todo events quarantine" in caplog.text

        broker.fails = lambda _: None
        async with database.write() as session:
            assert await outbox.replay(session, None) == [poison]
        await until(lambda: poison in broker.ids)


async def test_what_waits_is_tried_again_where_only_the_brokers_check_succeeds(
    database: Database,
) -> None:
    broker = Broker()
    broker.fails = lambda _: Failure("not now", False)
    # Each look between two tries finds the broker there, and nobody uses the app.
    async with relaying(database, broker, replace(FAST, idle_check=0), Rest(0.05)):
        await store(database, "a")
        await until(lambda: broker.calls > 30)


async def test_nobody_rests_before_what_failed_is_out_or_gone(database: Database) -> None:
    broker = Broker()
    broker.fails = lambda entry: Failure("not now", False) if entry.key == "a" else None
    # On a real clock: slots that move, as on a busy machine, wake it once more.
    rest = Rest(0.5)
    options = replace(FAST, idle_check=0.2)
    async with relaying(database, broker, options, rest):
        await store(database, "a", "b")
        await until(lambda: len(broker.ids) == 1 and rest.is_resting)
        tried = broker.calls
        await until(lambda: broker.calls > tried + 2)
        # Another relay published it.
        async with database.write() as session:
            await session.execute(text("delete from outbox"))
            await session.commit()
        await asks_nothing(database)
        # What comes then is published at once, though nobody is there.
        [late] = await store(database, "a")
        broker.fails = lambda _: None
        database.events_committed.set()
        await until(lambda: late in broker.ids)


async def asks_nothing(database: Database) -> None:
    """Wait until nothing is asked of the database for a while."""
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    try:
        with anyio.fail_after(PATIENCE_SECONDS):
            while True:
                before = asked
                await anyio.sleep(1)
                if asked == before:
                    return
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", count)


async def test_an_event_whose_refusal_is_final_is_asked_about_once(database: Database) -> None:
    broker = Broker()
    [poison] = await store(database, "a")
    broker.fails = lambda _: Failure("too large", refused=True, final=True)
    async with relaying(database, broker):
        await emptied(database)
        async with database.read() as session:
            [row] = await outbox.quarantined_events(session, 10)
    assert (row.id, row.attempts, broker.calls) == (poison, 1, 1)


async def test_an_outage_quarantines_nothing(database: Database) -> None:
    broker = Broker()
    broker.fails = lambda _: Failure("circuit breaker is open", refused=False)
    await store(database, "a", "b")
    async with relaying(database, broker):
        await until(lambda: broker.calls > 2 * FAST.attempts)
    assert await pending(database) == 2


async def test_two_relays_share_the_events_and_none_is_published_twice(
    database: Database,
) -> None:
    brokers = (Broker(), Broker())
    async with relaying(database, brokers[0]) as one, relaying(database, brokers[1]) as two:
        await _holders_settle(database, {one.holder, two.holder})
        ids = await store(database, *(f"user-{n}" for n in range(300)))
        await emptied(database)
    assert sorted(brokers[0].ids + brokers[1].ids, key=str) == sorted(ids, key=str)
    assert all(broker.ids for broker in brokers)


async def test_leases_are_shared_evenly_and_taken_over_from_who_leaves(
    database: Database,
) -> None:
    broker = Broker()
    async with relaying(database, broker) as one:
        async with relaying(database, Broker()) as two:
            await _holders_settle(database, {one.holder, two.holder})
        await _holders_settle(database, {one.holder})
    assert await _holders(database) == []


async def test_the_slots_of_a_relay_that_was_killed_are_taken_over(database: Database) -> None:
    async with database.writer.begin() as connection:
        # What a killed relay leaves behind: leases that nobody renews.
        clock = "extract(epoch FROM now())"
        if database.engine.dialect.name == "sqlite":
            clock = "(julianday('now') - 2440587.5) * 86400.0"
        await connection.execute(
            text(f"INSERT INTO relays VALUES ('killed', {clock} - 9, {clock})")
        )
        for slot in range(SLOTS):
            await connection.execute(
                text(f"INSERT INTO relay_slots VALUES ({slot}, 'killed', {clock} + 1)")
            )
    broker = Broker()
    async with relaying(database, broker) as relay:
        ids = await store(database, "a", "b", "c", "d")
        await _holders_settle(database, {relay.holder})
        await emptied(database)
    assert sorted(broker.ids, key=str) == sorted(ids, key=str)


class Slow(Broker):
    """Take a moment for each call."""

    async def publish(self, topic: str, entries: Sequence[Entry]) -> Mapping[UUID, Failure]:
        self.calls += 1
        await anyio.sleep(0.3)
        return {}


async def test_a_relay_told_to_stop_finishes_its_batch_and_gives_its_leases_back(
    database: Database,
) -> None:
    broker = Slow()
    async with relaying(database, broker):
        await store(database, "a", "b")
        await until(lambda: broker.calls > 0)
    assert await pending(database) == 0
    assert await _holders(database) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_database_without_its_tables_does_not_end_the_relay(
    empty_database_url: str,
) -> None:
    database = Database(async_database_url(empty_database_url))
    async with relaying(database, Broker()):
        await anyio.sleep(0.2)
    await database.close()


async def _holders(database: Database) -> list[str]:
    async with database.engine.connect() as connection:
        return list(await connection.scalars(select(RelaySlot.holder)))


async def _holders_settle(database: Database, relays: set[str]) -> None:
    """Wait until every slot is held, as evenly as can be, by these relays and no other."""
    share = SLOTS // len(relays)
    with anyio.fail_after(PATIENCE_SECONDS):
        while True:
            held = await _holders(database)
            if {name: held.count(name) for name in held} == dict.fromkeys(relays, share):
                return
            await anyio.sleep(0.05)
