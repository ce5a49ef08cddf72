"""Wake-ups by jobs of Dapr's scheduler, delivered to any replica."""

from collections.abc import Sequence
from datetime import datetime

from services.dapr_client import DaprClient, DaprError
from services.logger import get_logger

# An app that nobody can wake looks by itself: a sidecar may start after it, and start anew.
RETRY_SECONDS = 5
_log = get_logger("reminders")


class DaprScheduler:
    """Schedule one job for each second; those that are lost cost no more than a sweep.

    A job is named after its second, so that replicas, and the same replica again, only write what
    is there already: the scheduler may forget them all. Nothing has to be cancelled: one that finds
    nothing due does no harm.
    """

    def __init__(self, sidecar: DaprClient) -> None:
        self._sidecar = sidecar
        self._failing = False

    async def schedule(self, moments: Sequence[datetime]) -> float | None:
        try:
            for moment in moments:
                await self._sidecar.schedule_job(f"reminders-{int(moment.timestamp())}", moment)
        except DaprError as error:
            if not self._failing:
                _log.warning("no job scheduled, will look and try again until it works: %s", error)
            self._failing = True
            return RETRY_SECONDS
        if self._failing and moments:
            _log.info("jobs are scheduled again")
            self._failing = False
        return None
