"""What probes and people ask about this process."""

from dataclasses import dataclass
from functools import cache

import anyio

from database import Database
from errors import DatabaseUnavailable
from migrations.runner import known_revisions
from repositories.outbox import OutboxState
from repositories.schema import schema_head
from services.outbox import outbox_state

CHECK_SECONDS = 2


@dataclass(frozen=True)
class SchemaState:
    """Say whether the database was reached, its revision, and whether this build fits it."""

    reachable: bool
    head: str | None
    fits: bool


def schema_fits(head: str | None, revisions: tuple[str, ...]) -> bool:
    """Judge a database's revision against those of this build, newest first.

    A revision this build does not know comes from a newer release, whose migrations stay
    compatible with the release before: pods of this build must be able to start next to it.
    """
    return head is not None and (head == revisions[0] or head not in revisions)


@cache
def revisions() -> tuple[str, ...]:
    """Return the revisions of this build, newest first."""
    return known_revisions()


class Health:
    """Remember what probes need: whether start-up was reached once, and whether we drain."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._started = False
        self.draining = False

    async def schema(self) -> SchemaState:
        """Look at the database, for at most two seconds."""
        try:
            with anyio.fail_after(CHECK_SECONDS):
                async with self._database.read() as session:
                    head = await schema_head(session)
        except (DatabaseUnavailable, TimeoutError):
            return SchemaState(reachable=False, head=None, fits=False)
        return SchemaState(reachable=True, head=head, fits=schema_fits(head, revisions()))

    async def outbox(self) -> OutboxState | None:
        """Return what waits to be published, or None when the database does not say in time."""
        try:
            with anyio.fail_after(CHECK_SECONDS):
                async with self._database.read() as session:
                    return await outbox_state(session)
        except (DatabaseUnavailable, TimeoutError):
            return None

    async def started(self) -> str | None:
        """Return what start-up still waits for, or None once it is over for good."""
        if self._started:
            return None
        state = await self.schema()
        if not state.reachable:
            return "The database cannot be reached. Check DATABASE_URL."
        if not state.fits:
            return f"The schema is at {state.head}, this build needs {revisions()[0]}: todo migrate"
        self._started = True
        return None
