"""The relay's decisions, without database and broker: calls, order, shares, pauses."""

import uuid
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from services.events.outbox import SLOTS
from services.events.publishing.port import Entry, Failure
from services.events.relay.backoff import KeyBackoff, pause_after
from services.events.relay.batching import (
    MAX_CALL_BYTES,
    PublishResults,
    keys_over_limit,
    plan_calls,
)
from services.events.relay.leases import fair_share

KEYS = st.sampled_from("abc")
TOPICS = st.sampled_from(["task-events", "task-updates"])
ATTEMPTS = 3
PER_KEY = 4


def entry(
    position: int, key: str = "a", topic: str = "task-events", size: int = 2, attempts: int = 0
) -> Entry:
    return Entry(position, uuid.uuid4(), key, topic, "x" * size, attempts)


def test_calls_keep_the_order_and_split_by_topic() -> None:
    entries = [entry(1), entry(2, topic="task-updates"), entry(3, "b")]
    assert plan_calls(entries, set(), PER_KEY) == {
        "task-events": [[entries[0], entries[2]]],
        "task-updates": [[entries[1]]],
    }


def test_no_call_is_larger_than_the_sidecar_takes_unless_one_event_is() -> None:
    half = MAX_CALL_BYTES // 2
    sizes = [half, half, half, 2 * MAX_CALL_BYTES, 1]
    entries = [entry(n, key=f"user-{n}", size=size) for n, size in enumerate(sizes)]
    assert [len(call) for call in plan_calls(entries, set(), PER_KEY)["task-events"]] == [
        2,
        1,
        1,
        1,
    ]


def test_a_call_has_one_event_of_a_key_and_a_key_only_so_many_calls() -> None:
    entries = [entry(n) for n in range(PER_KEY + 2)] + [entry(90, "b"), entry(91, "b")]
    first, second, *rest = plan_calls(entries, set(), PER_KEY)["task-events"]
    assert [first, second] == [[entries[0], entries[-2]], [entries[1], entries[-1]]]
    assert rest == [[e] for e in entries[2:PER_KEY]]
    assert keys_over_limit(entries, PER_KEY) == {"a"}


def test_of_a_key_that_was_refused_the_first_event_travels_alone_and_last() -> None:
    entries = [entry(1), entry(2), entry(3, topic="task-updates"), entry(4, "b")]
    assert plan_calls(entries, {"a"}, PER_KEY) == {"task-events": [[entries[3]], [entries[0]]]}


def test_what_failed_in_a_call_is_told_from_what_arrived() -> None:
    entries = [entry(1), entry(2, "b")]
    why = Failure("away", refused=False)
    settled = PublishResults()
    settled.judge(entries, {entries[0].id: why})
    assert settled.published == [entries[1]]
    assert settled.failed == [(entries[0], why)]
    assert settled.failed_keys == {"a"}


@given(
    st.lists(st.tuples(KEYS, TOPICS), max_size=30),
    st.lists(st.sets(st.integers(0, 30), max_size=8), max_size=12),
    st.sets(st.integers(0, 30), max_size=3),
    st.integers(1, 10),
)
def test_whatever_fails_every_event_arrives_once_and_each_key_in_order(
    events: Sequence[tuple[str, str]],
    failing: list[set[int]],
    poison: set[int],
    batch: int,
) -> None:
    """Run rounds as the relay does: each broker call fails some events for a while."""
    waiting = [entry(n, key, topic) for n, (key, topic) in enumerate(events)]
    delivered: list[Entry] = []
    refused: dict[int, int] = {}
    quarantined: set[int] = set()
    suspects: set[str] = set()
    while waiting:
        fails_now = failing.pop() if failing else set[int]()
        settled = PublishResults()
        for of_topic in plan_calls(waiting[:batch], suspects, PER_KEY).values():
            for call in of_topic:
                sent = [e for e in call if e.key not in settled.failed_keys]
                failures = {
                    e.id: Failure("as told", refused=e.position in poison)
                    for e in sent
                    if e.position in poison | fails_now
                }
                # A call fails partly: what is behind a failed event may well have arrived.
                delivered += [e for e in sent if e.id not in failures]
                settled.judge(sent, failures)
        removed = {e.position for e in settled.published}
        for failed, failure in settled.failed:
            if not failure.refused:
                continue
            suspects.add(failed.key)
            refused[failed.position] = refused.get(failed.position, 0) + 1
            if refused[failed.position] == ATTEMPTS:
                quarantined.add(failed.position)
                removed.add(failed.position)
                suspects.discard(failed.key)
        waiting = [e for e in waiting if e.position not in removed]
    everything = set(range(len(events)))
    assert sorted(e.position for e in delivered) == sorted(everything - quarantined)
    assert quarantined == poison & everything
    for where in set(events):
        arrived = [e.position for e in delivered if (e.key, e.topic) == where]
        assert arrived == sorted(arrived)


@given(st.integers(1, 9))
def test_relays_share_all_slots_evenly_and_none_twice(count: int) -> None:
    relays = [f"relay-{n}" for n in range(count)]
    shares = [fair_share(SLOTS, relays, relay) for relay in relays]
    assert sorted(slot for share in shares for slot in share) == list(range(SLOTS))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@given(st.integers(1, 10_000))
def test_pauses_grow_to_a_bound_and_differ(failures: int) -> None:
    whole = min(10, 0.5 * 2 ** min(failures - 1, 10))
    assert whole / 2 <= pause_after(failures, 0.5, 10) <= whole


def test_a_key_waits_after_a_failure_and_longer_after_the_next() -> None:
    time = 0.0
    pauses = KeyBackoff(1, 60, clock=lambda: time)
    pauses.failed("a", refused=False)
    assert pauses.waiting == {"a"}
    time = 1.0
    assert pauses.waiting == set()
    pauses.failed("a", refused=False)
    # The second pause is at least half of two seconds.
    time = 1.99
    assert pauses.waiting == {"a"}
    pauses.end("a")
    assert (pauses.waiting, len(pauses)) == (set(), 0)


def test_a_refused_key_stays_alone_whatever_fails_next() -> None:
    pauses = KeyBackoff(1, 60, clock=lambda: 0)
    pauses.failed("a", refused=True)
    pauses.failed("a", refused=False)
    assert pauses.alone == {"a"}


def test_once_the_broker_is_back_only_refused_keys_go_on_waiting() -> None:
    pauses = KeyBackoff(1, 60, clock=lambda: 0)
    pauses.failed("a", refused=False)
    pauses.failed("b", refused=True)
    pauses.retry_now()
    assert (pauses.waiting, pauses.alone) == ({"b"}, {"b"})
