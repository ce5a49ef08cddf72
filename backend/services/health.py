"""The health of this process, for probes, people and Prometheus."""

import math
from dataclasses import dataclass
from functools import cache

import anyio

from database import Database
from errors import DatabaseUnavailable
from migrations.runner import known_revisions
from repositories.outbox import OutboxState
from repositories.reminders import ReminderRepository
from repositories.schema import current_schema
from services.clock import now
from services.events.outbox import outbox_state
from services.rest import Rest
from services.single_flight import SingleFlight
from services.telemetry import metrics

CHECK_SECONDS = 2
# However many ask, the database is asked once in this time.
KEPT_SECONDS = 2


@dataclass(frozen=True)
class DatabaseState:
    """Say whether the database was reached, whether this build fits it, and what waits in it.

    Args:
        head: revision of its schema; None when it was not reached, or has none.
        outbox, reminders_due: None when it did not say.
    """

    reachable: bool
    head: str | None = None
    fits: bool = False
    outbox: OutboxState | None = None
    reminders_due: int | None = None


@cache
def revisions() -> tuple[str, ...]:
    """Return the revisions of this build, newest first."""
    return known_revisions()


class Health:
    """Remember what probes need: whether start-up was reached once, and whether we drain."""

    def __init__(self, database: Database, rest: Rest | None = None) -> None:
        self._database = database
        self._rest = rest or Rest()
        self._state = SingleFlight(self._look, KEPT_SECONDS)
        self._started = False
        self.draining = False

    async def database(self) -> DatabaseState:
        """Return the state of the database: seen in the last two seconds, in two seconds."""
        return await self._state.get()

    def last_seen(self) -> DatabaseState | None:
        """Return it as it was seen last, at once; look again in the background, unless at rest."""
        if not self._rest.is_resting:
            self._state.refresh()
        return self._state.last

    async def started(self) -> str | None:
        """Return what start-up still waits for, or None once it is over for good."""
        if self._started:
            return None
        state = await self.database()
        if not state.reachable:
            return "The database cannot be reached. Check DATABASE_URL."
        if not state.fits:
            return _misfit(state.head, revisions())
        self._started = True
        return None

    async def measure(self) -> None:
        """Set the gauges of the database to what is so now; what is not known is no number."""
        state = await self.database()
        outbox = state.outbox
        metrics.DATABASE_UP.set(state.reachable)
        metrics.OUTBOX_PENDING.set(outbox.pending if outbox else math.nan)
        metrics.OUTBOX_OLDEST_SECONDS.set(outbox.oldest_seconds if outbox else math.nan)
        metrics.OUTBOX_QUARANTINED.set(outbox.quarantined if outbox else math.nan)
        due = state.reminders_due
        metrics.REMINDERS_DUE.set(math.nan if due is None else due)

    async def close(self) -> None:
        """End what is asked in the background."""
        await self._state.close()

    async def _look(self) -> DatabaseState:
        state = DatabaseState(reachable=False)
        try:
            with anyio.fail_after(CHECK_SECONDS):
                async with self._database.read() as session:
                    schema = await current_schema(session)
                    fits = schema.fits(revisions())
                    state = DatabaseState(True, schema.head, fits)
                    if fits:
                        outbox = await outbox_state(session)
                        due = await ReminderRepository(session).count_due(now())
                        state = DatabaseState(True, schema.head, fits, outbox, due)
        except (DatabaseUnavailable, TimeoutError):
            # Busy, it may not come to the last question: what it said a moment ago is still so.
            return state
        return state


def _misfit(head: str | None, revisions: tuple[str, ...]) -> str:
    newer = head is not None and head not in revisions
    step = "deploy a newer commit" if newer else "todo migrate"
    return f"The schema is at {head}, this build needs {revisions[0]}: {step}"
