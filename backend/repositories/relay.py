"""Every query of the relay: plain statements, because some run many times a second."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Table,
    any_,
    delete,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from database import Database
from models import OutboxEvent, Relay, RelaySlot
from repositories.clock import DatabaseTime

_outbox = cast("Table", OutboxEvent.__table__)
_relays = cast("Table", Relay.__table__)
_slots = cast("Table", RelaySlot.__table__)
_ENTRY = ("position", "id", "key", "topic", "event", "attempts")


class RelayRepository:
    """Read and settle events, and share them between relays, each call in its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._postgresql = database.engine.dialect.name == "postgresql"

    async def waiting(
        self, slots: Collection[int], without_keys: Collection[str], limit: int
    ) -> Sequence[Row[Any]]:
        """Return the first events of some slots: position, id, key, topic, event, attempts.

        Chosen because they are there, never by a position after the last one seen: positions are
        committed out of order.
        """
        query = (
            select(*(_outbox.c[name] for name in _ENTRY))
            .where(self._among(_outbox.c.slot, slots), _outbox.c.quarantined_at.is_(None))
            .order_by(_outbox.c.position)
            .limit(limit)
        )
        if without_keys:
            query = query.where(~self._among(_outbox.c.key, without_keys))
        async with self._database.engine.connect() as connection:
            return (await connection.execute(query)).all()

    async def settle(
        self,
        published: Collection[int],
        failed: Sequence[Mapping[str, Any]],
    ) -> None:
        """Remove what was published and note what failed.

        Args:
            published: positions.
            failed: what to set, by column name, on the row at each `position`.
        """
        async with self._database.writer.begin() as connection:
            if published:
                await connection.execute(
                    delete(_outbox).where(self._among(_outbox.c.position, published))
                )
            for values in failed:
                await connection.execute(
                    update(_outbox)
                    .where(_outbox.c.position == values["position"])
                    .values({name: v for name, v in values.items() if name != "position"})
                )

    async def join(self, holder: str, patience: float) -> Sequence[str]:
        """Say that a relay lives, forget those not heard of, and return all, oldest first."""
        now = DatabaseTime()
        async with self._database.writer.begin() as connection:
            row = self._insert(_relays).values(holder=holder, joined=now, seen=now)
            await connection.execute(
                row.on_conflict_do_update(index_elements=["holder"], set_={"seen": now})
            )
            await connection.execute(delete(_relays).where(_relays.c.seen < now - patience))
            living = select(_relays.c.holder).order_by(_relays.c.joined, _relays.c.holder)
            return list(await connection.scalars(living))

    async def lease(self, holder: str, slots: Sequence[int], seconds: float) -> Collection[int]:
        """Take or renew leases and return those now held: not what another still holds."""
        now = DatabaseTime()
        async with self._database.writer.begin() as connection:
            rows = self._insert(_slots).values(
                [{"slot": s, "holder": holder, "expires": now + seconds} for s in sorted(slots)]
            )
            taken = rows.on_conflict_do_update(
                index_elements=["slot"],
                set_={"holder": rows.excluded.holder, "expires": rows.excluded.expires},
                where=(_slots.c.holder == holder) | (_slots.c.expires < now),
            ).returning(_slots.c.slot)
            return frozenset(await connection.scalars(taken))

    async def release(self, holder: str, slots: Collection[int]) -> None:
        """End leases early, for whoever is next."""
        async with self._database.writer.begin() as connection:
            await connection.execute(
                delete(_slots).where(_slots.c.holder == holder, self._among(_slots.c.slot, slots))
            )

    async def leave(self, holder: str) -> None:
        """End everything a relay holds."""
        async with self._database.writer.begin() as connection:
            await connection.execute(delete(_slots).where(_slots.c.holder == holder))
            await connection.execute(delete(_relays).where(_relays.c.holder == holder))

    def _insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        return postgresql.insert(table) if self._postgresql else sqlite.insert(table)

    def _among(self, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
        # One array keeps one prepared statement, however many values there are.
        if self._postgresql:
            return column == any_(literal(list(values), ARRAY(column.type)))
        return column.in_(values)
