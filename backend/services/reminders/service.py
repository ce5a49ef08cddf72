"""Reminders: given once, when they are due, whoever looks and however often."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial

from database import Database
from repositories.reminders import Claimed, ReminderRepository
from schemas.events import WokenBy
from services.clock import now
from services.events.builders import reminder_event
from services.events.outbox import record
from services.logger import get_logger
from services.reminders.scheduler import Scheduler, whole_seconds
from services.rest import Rest
from services.telemetry import metrics

# Reminders a transaction, and moments looked ahead at a time: more are seen when those are over.
BATCH = 100
STOP_SECONDS = 8
# Nobody looks again while the app rests, so the next one is arranged before, whenever it is.
_FAR_AHEAD = timedelta(days=36500)
_log = get_logger("reminders")


class Reminders:
    """Give what is due, and be woken for what will be.

    The database is the truth: a wake-up only says when to look there. Whoever looks claims what is
    due, so wake-ups may come late, twice, in every replica, or never: the next sweep finds the
    rest.

    Args:
        wakeups: who wakes this process or another one for what is coming.
        sweep_seconds: how often somebody looks in any case, unless the app rests.
        rest: whether it does.
    """

    def __init__(
        self,
        database: Database,
        wakeups: Scheduler,
        sweep_seconds: float,
        rest: Rest | None = None,
    ) -> None:
        self._rest = rest or Rest()
        self._database = database
        self._wakeups = wakeups
        # The next sweep may be late, so what is due before the one after it is arranged as well.
        self._ahead = timedelta(seconds=2 * sweep_seconds)
        self._stopping = False
        # The last look failed: what is due is not known, so the next look does not wait.
        self._blind = False

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Look ahead in the background: at once, whenever a reminder was set, and when woken."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            # Told, not cancelled: a connection that is being opened would be left open.
            self._stopping = True
            self.look_ahead()
            done, _ = await asyncio.wait({task}, timeout=STOP_SECONDS)
            if not done:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def look_ahead(self) -> None:
        """Let the background look now."""
        self._database.reminders_changed.set()

    async def deliver_due(self, woken_by: WokenBy) -> None:
        """Give every reminder that is due.

        Raises:
            DatabaseUnavailable: nothing is lost; come again later.
        """
        while await self._fire_some(woken_by) == BATCH:
            pass

    async def _fire_some(self, woken_by: WokenBy) -> int:
        moment = now()
        async with self._database.write() as session:
            claimed = await ReminderRepository(session).claim(moment, BATCH)
            for each in claimed:
                record(
                    session,
                    reminder_event(
                        each.task_id, each.user_id, each.title, each.remind_at, moment, woken_by
                    ),
                )
            await session.commit()
        for each in claimed:
            _tell(each, moment, woken_by)
        return len(claimed)

    async def _run(self) -> None:
        changed = self._database.reminders_changed
        while not self._stopping:
            changed.clear()
            moments: Sequence[datetime] = []
            try:
                await self.deliver_due(WokenBy.PROCESS)
                moments = await self._upcoming()
                self._blind = False
            except Exception as error:
                self._blind = True
                _log.warning("cannot look for due reminders: %r", error)
            seconds = await self._wakeups.schedule(whole_seconds(moments, now()))
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), seconds)
            await self._rest.over(partial(self._has_to_look, moments))

    async def sweep(self) -> None:
        """Look for what is due and what is to come, unless the app rests.

        Raises:
            DatabaseUnavailable: nothing is lost; come again later.
        """
        if self._blind or not self._rest.is_resting:
            await self.deliver_due(WokenBy.SWEEP)
            self.look_ahead()

    def _has_to_look(self, moments: Sequence[datetime]) -> bool:
        asked = self._stopping or self._blind or self._database.reminders_changed.is_set()
        return asked or any(moment <= now() for moment in moments)

    async def _upcoming(self) -> Sequence[datetime]:
        moment = now()
        async with self._database.read() as session:
            reminders = ReminderRepository(session)
            found = await reminders.upcoming(moment + self._ahead, BATCH)
            if not found and self._rest.after_seconds:
                found = await reminders.upcoming(moment + _FAR_AHEAD, 1)
            return found


def _tell(reminder: Claimed, moment: datetime, woken_by: WokenBy) -> None:
    late = (moment - max(reminder.remind_at, reminder.updated_at)).total_seconds()
    metrics.REMINDERS_FIRED.labels(woken_by).inc()
    metrics.REMINDER_LATE_SECONDS.observe(max(0.0, late))
    _log.info(
        "reminder given",
        extra={
            "user_id": reminder.user_id,
            "task_id": reminder.task_id,
            "woken_by": woken_by,
            "late_seconds": round(late, 1),
        },
    )
