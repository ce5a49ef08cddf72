"""Ask a sidecar to restart: not at the first failure, and one replica at a time."""

import random
import time
import uuid
from collections.abc import Awaitable, Callable

from database import Database
from repositories.relay import RelayRepository
from services.events.outbox import SLOTS

# A component that was missing for so long gets a sidecar that loads it anew; the pause grows,
# because each restart takes the pod out of service for a moment.
RESTART_SECONDS = 30.0
RESTART_SECONDS_MOST = 120.0
# Longer than a sidecar takes to be ready again on a busy machine.
TURN_SECONDS = 30.0
# Leased like the slots of events, of which it is none.
_TURN = SLOTS


class RestartTurn:
    """Take turns with the other replicas: two at once would leave nobody to serve."""

    def __init__(self, database: Database, seconds: float = TURN_SECONDS) -> None:
        self._repository = RelayRepository(database)
        self._holder = uuid.uuid4().hex
        self._seconds = seconds

    async def take(self) -> bool:
        """Return whether no other replica took its turn just now."""
        return bool(await self._repository.lease(self._holder, [_TURN], self._seconds))


class SidecarRestarts:
    """Decide when a sidecar whose component stays missing is asked to restart."""

    def __init__(
        self, take_turn: Callable[[], Awaitable[bool]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._take_turn = take_turn
        self._clock = clock
        self.fine()

    def fine(self) -> None:
        """Forget: the component is there."""
        self._patience = RESTART_SECONDS
        self._missing_since: float | None = None

    async def due(self) -> bool:
        """Note that the component is missing; return whether for long enough, and in turn."""
        if self._missing_since is None:
            # Jitter: replicas whose sidecars started together do not all ask for the turn at once.
            self._missing_since = self._clock() + random.uniform(0, self._patience / 4)  # noqa: S311
        if self._clock() - self._missing_since < self._patience or not await self._take_turn():
            return False
        self._missing_since = None
        self._patience = min(self._patience * 2, RESTART_SECONDS_MOST)
        return True
