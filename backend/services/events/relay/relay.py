"""The relay: publishes what the outbox holds, at least once and in order for each key."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from database import Database
from repositories.relay import RelayRepository
from services.clock import now
from services.events.outbox import SLOTS
from services.events.publishing.port import BrokerUnavailable, Entry, Failure, Publisher
from services.events.relay.backoff import KeyBackoff, pause_after
from services.events.relay.batching import PublishResults, keys_over_limit, plan_calls
from services.events.relay.leases import Leases, LeaseTimes
from services.logger import get_logger
from services.rest import Rest
from services.telemetry import metrics, tracing

# A call to an unavailable broker would take longer; its events are published again later.
STOP_SECONDS = 8
_log = get_logger("relay")


@dataclass(frozen=True)
class RelayOptions:
    """Say how often and how much; times in seconds."""

    batch: int = 500
    # Of one key and topic; each takes a call, and nobody else should wait for many.
    per_key: int = 32
    # After a failure only so many are tried, until one call succeeds.
    probe: int = 20
    # Commits of other processes wake nobody here.
    poll: float = 0.5
    # One call for the commits of a moment instead of one each.
    gather: float = 0.02
    first_pause: float = 0.5
    longest_pause: float = 10
    # Refusals of one event, each after a longer pause, before it is set aside.
    attempts: int = 5
    idle_check: float = 10
    leases: LeaseTimes = field(default_factory=LeaseTimes)


class Relay:
    """Publish the events of the slots this process holds.

    Order: of one key, nothing is published before what failed ahead of it. An event that is
    refused several times is quarantined; those behind it then go on, and readers see the gap in
    the task's `sequence`.
    """

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        options: RelayOptions | None = None,
        rest: Rest | None = None,
    ) -> None:
        self.holder = uuid.uuid4().hex
        self._options = options or RelayOptions()
        self._rest = rest or Rest()
        self._publisher = publisher
        self._committed = database.events_committed
        self._repository = RelayRepository(database)
        self._leases = Leases(self._repository, self.holder, SLOTS, self._options.leases)
        self._keys = KeyBackoff(self._options.first_pause, self._options.longest_pause)
        self._failures = 0
        # No lease yet, or the last one was not renewed: others, or nobody, may have the slots.
        self._leaseless = True
        # The last look, under leases that counted and past no key that waits, found nothing.
        self._emptied = False
        self._last_contact = time.monotonic()
        self._stopping = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Publish in the background; at the end, finish the batch on its way."""
        task = asyncio.create_task(self.run())
        try:
            yield
        finally:
            self.stop()
            done, _ = await asyncio.wait({task}, timeout=STOP_SECONDS)
            if not done:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def run(self) -> None:
        """Publish until `stop`, then end the leases; the database or broker may be away."""
        renewing = asyncio.create_task(self._keep_leases())
        try:
            await self._publish_until_stopped()
        finally:
            # Told, not cancelled: a connection that is being opened would be left open.
            self.stop()
            await renewing
            with suppress(Exception):
                await self._leases.leave()

    def stop(self) -> None:
        """Let the batch on its way be the last one."""
        self._stopping.set()
        self._committed.set()

    async def _keep_leases(self) -> None:
        while not self._stopping.is_set():
            before = self._leases.held
            try:
                await self._leases.renew()
                self._leaseless = False
                if self._leases.held != before:
                    self._committed.set()
            except Exception as error:
                self._leaseless = True
                _log.warning("cannot renew the leases: %r", error)
            await self._sleep(self._options.leases.renewal)
            await self._rest.over(self._has_work)

    async def _publish_until_stopped(self) -> None:
        while not self._stopping.is_set():
            self._committed.clear()
            try:
                more = await self._round()
            except Exception as error:
                await self._back_off(error)
                continue
            if more:
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._committed.wait(), self._options.poll)
                await self._sleep(self._options.gather)
            await self._rest.over(self._has_work)
            if self._committed.is_set():
                # Also what nobody asked for, such as a reminder, is told to others at once.
                self._rest.use()

    def _has_work(self) -> bool:
        # What could not be published is tried again, whoever is there.
        at_odds = self._leaseless or bool(self._failures) or not self._emptied
        return self._stopping.is_set() or self._committed.is_set() or at_odds

    async def _round(self) -> bool:
        """Publish one batch and return whether more is waiting."""
        self._emptied = False
        await self._leases.release_surplus()
        limit = self._options.probe if self._failures else self._options.batch
        saw_all = self._leases.are_current and not self._keys.waiting
        entries = await self._next_entries(limit)
        if not entries:
            self._emptied = saw_all
            if saw_all:
                # Another relay published what waited here, or somebody removed it.
                self._keys.forget()
            await self._check_when_idle()
            return False
        settled = PublishResults()
        away: list[BrokerUnavailable] = []
        arranged = plan_calls(entries, self._keys.alone, self._options.per_key)
        async with asyncio.TaskGroup() as topics:
            for topic, batches in arranged.items():
                topics.create_task(self._publish(topic, batches, settled, away))
        await self._record(settled)
        if away:
            raise away[0]
        if settled.published:
            self._recovered()
        elif settled.failed and not all(failure.refused for _, failure in settled.failed):
            raise BrokerUnavailable(settled.failed[0][1].reason)
        return len(entries) >= limit or len(settled.published) < len(entries)

    async def _next_entries(self, limit: int) -> Sequence[Entry]:
        found = await self._read(self._keys.waiting, limit)
        if len(found) < limit:
            return found
        # Behind a key with very many events, others wait that can go with its first ones.
        many = keys_over_limit(found, self._options.per_key)
        return found + (await self._read(self._keys.waiting | many, limit) if many else [])

    async def _read(self, without_keys: set[str], limit: int) -> list[Entry]:
        held = self._leases.held
        if not held:
            return []
        rows = await self._repository.waiting(held, without_keys, limit)
        return [Entry(*row) for row in rows]

    async def _publish(
        self,
        topic: str,
        batches: Sequence[Sequence[Entry]],
        settled: PublishResults,
        away: list[BrokerUnavailable],
    ) -> None:
        for batch in batches:
            failed_keys = settled.failed_keys
            sent = [entry for entry in batch if entry.key not in failed_keys]
            if not sent:
                continue
            try:
                with tracing.publishing(topic, (entry.traceparent for entry in sent)):
                    failures = await self._publisher.publish(topic, sent)
                    _tell(topic, [entry for entry in sent if entry.id not in failures])
            except BrokerUnavailable as error:
                away.append(error)
                return
            settled.judge(sent, failures)

    async def _record(self, settled: PublishResults) -> None:
        notes = [self._judge(entry, failure) for entry, failure in settled.failed]
        await self._repository.settle(
            [entry.position for entry in settled.published],
            [note for note in notes if note is not None],
        )
        metrics.OUTBOX_PUBLISHED.inc(len(settled.published))
        self._last_contact = time.monotonic()
        if len(self._keys):
            for key in {entry.key for entry in settled.published} - settled.failed_keys:
                self._keys.end(key)

    def _judge(self, entry: Entry, failure: Failure) -> Mapping[str, Any] | None:
        """Let the key wait, or set a refused event aside; return what to store of it, if any."""
        attempts = entry.attempts + 1
        if not failure.refused:
            # Nothing is stored: an outage must not become a load of writes.
            self._keys.failed(entry.key, refused=False)
            return None
        note = {"position": entry.position, "attempts": attempts, "reason": failure.reason}
        if not failure.final and attempts < self._options.attempts:
            self._keys.failed(entry.key, refused=True)
            return note
        self._keys.end(entry.key)
        _log.error(
            "event %s is quarantined after %s refusals: %s; next: todo events quarantine",
            entry.id,
            attempts,
            failure.reason,
            extra={"event_id": str(entry.id), "user_id": entry.key},
        )
        return {**note, "quarantined_at": now()}

    async def _check_when_idle(self) -> None:
        if time.monotonic() - self._last_contact < self._options.idle_check:
            return
        await self._publisher.check()
        self._last_contact = time.monotonic()
        self._recovered()

    async def _back_off(self, error: Exception) -> None:
        self._failures += 1
        if self._failures == 1:
            _log.warning("cannot publish, will try again until it works: %r", error)
        pause = pause_after(self._failures, self._options.first_pause, self._options.longest_pause)
        await self._sleep(pause)

    def _recovered(self) -> None:
        if self._failures:
            _log.info("publishing again after %s failures", self._failures)
            self._failures = 0
            self._keys.retry_now()

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def _tell(topic: str, published: Sequence[Entry]) -> None:
    # One line a call, not one an event: thousands a second may leave.
    if published:
        ids = [str(entry.id) for entry in published]
        _log.info("events published", extra={"topic": topic, "event_ids": ids})
