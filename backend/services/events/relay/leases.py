"""Leases on slots, the events this relay may publish, shared fairly between replicas."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from repositories.relay import RelayRepository


def fair_share(slots: int, relays: Sequence[str], me: str) -> list[int]:
    """Return the slots of one relay among all; every relay that sees the same others agrees."""
    return list(range(relays.index(me), slots, len(relays)))


@dataclass(frozen=True)
class LeaseTimes:
    """Say how long a lease lasts without renewal, and how often it is renewed, in seconds.

    A relay that was killed is replaced after `seconds`; a call to the broker may take longer,
    because renewing goes on meanwhile.
    """

    seconds: float = 10
    renewal: float = 2.5


class Leases:
    """Hold this relay's slots; what is about to be given away is no longer used, then released."""

    def __init__(
        self, repository: RelayRepository, holder: str, slots: int, times: LeaseTimes
    ) -> None:
        self._repository = repository
        self._holder = holder
        self._slots = slots
        self._times = times
        self._held: frozenset[int] = frozenset()
        self._surplus: frozenset[int] = frozenset()
        self._valid_until = 0.0

    @property
    def are_current(self) -> bool:
        """Whether they were renewed in time; if not, another relay may have taken the slots."""
        return time.monotonic() < self._valid_until

    @property
    def held(self) -> frozenset[int]:
        """The slots whose events may be published now."""
        return self._held if self.are_current else frozenset()

    async def renew(self) -> None:
        """Join the other relays and hold this one's share of the slots."""
        before = time.monotonic()
        relays = await self._repository.join(self._holder, self._times.seconds)
        share = fair_share(self._slots, relays, self._holder)
        held = frozenset(await self._repository.lease(self._holder, share, self._times.seconds))
        self._surplus = (self._surplus | self._held) - held
        self._held = held
        self._valid_until = before + self._times.seconds

    async def release_surplus(self) -> None:
        """Give away what is another relay's share; called while no event is on its way."""
        if self._surplus:
            surplus, self._surplus = self._surplus, frozenset()
            await self._repository.release(self._holder, surplus)

    async def leave(self) -> None:
        """Give everything away."""
        self._held = frozenset()
        await self._repository.leave(self._holder)
