"""The health of this process, for probes and people."""

from dataclasses import dataclass
from functools import cache

import anyio

from database import Database
from errors import DatabaseUnavailable
from migrations.runner import known_revisions
from repositories.outbox import OutboxState
from repositories.schema import current_schema
from services.events.outbox import outbox_state

CHECK_SECONDS = 2


@dataclass(frozen=True)
class SchemaState:
    """Say whether the database was reached, its revision, and whether this build fits it."""

    reachable: bool
    head: str | None
    fits: bool


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
                    schema = await current_schema(session)
        except (DatabaseUnavailable, TimeoutError):
            return SchemaState(reachable=False, head=None, fits=False)
        return SchemaState(reachable=True, head=schema.head, fits=schema.fits(revisions()))

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
            return _misfit(state.head, revisions())
        self._started = True
        return None


def _misfit(head: str | None, revisions: tuple[str, ...]) -> str:
    newer = head is not None and head not in revisions
    step = "deploy a newer commit" if newer else "todo migrate"
    return f"The schema is at {head}, this build needs {revisions[0]}: {step}"
