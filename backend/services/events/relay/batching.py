"""The relay's decisions about a batch, without any database or broker."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from uuid import UUID

from services.events.publishing.port import Entry, Failure

# The sidecar takes bodies of 4 MiB; the rest is for the envelope of each entry.
MAX_CALL_BYTES = 3 * 1024 * 1024


@dataclass(frozen=True)
class PublishResults:
    """Collect what became of the events that were sent."""

    published: list[Entry] = field(default_factory=list[Entry])
    failed: list[tuple[Entry, Failure]] = field(default_factory=list[tuple[Entry, Failure]])

    def judge(self, sent: Sequence[Entry], failures: Mapping[UUID, Failure]) -> None:
        """Add the answer to one call."""
        for entry in sent:
            failure = failures.get(entry.id)
            if failure is None:
                self.published.append(entry)
            else:
                self.failed.append((entry, failure))

    @property
    def failed_keys(self) -> set[str]:
        """Keys whose later events must not be sent now."""
        return {entry.key for entry, _ in self.failed}


def plan_calls(
    entries: Sequence[Entry], alone: Set[str], per_key: int
) -> dict[str, list[list[Entry]]]:
    """Arrange entries into calls, in order by topic.

    No key is in a call twice. A call fails partly: the sidecar's Kafka client gives up on each
    event by itself, so when the broker comes back in that moment, the first events of a call fail
    and those behind them arrive. What may not pass them goes into the next call.

    Of a key whose event was refused before, only the first travels, and alone: it can spoil or
    slow no other key's events. Such calls come last, for they may take long.

    Args:
        entries: in the order of their commits.
        alone: keys whose event was refused before.
        per_key: so many of a key and topic; the others are left for later, as each takes a call.
    """
    waves: dict[str, list[list[Entry]]] = {}
    suspects: dict[str, Entry] = {}
    earlier: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.key in alone:
            suspects.setdefault(entry.key, entry)
            continue
        wave = earlier[entry.topic, entry.key]
        if wave == per_key:
            continue
        earlier[entry.topic, entry.key] += 1
        of_topic = waves.setdefault(entry.topic, [])
        if wave == len(of_topic):
            of_topic.append([])
        of_topic[wave].append(entry)
    arranged = {
        topic: [call for wave in of_topic for call in _as_the_sidecar_takes(wave)]
        for topic, of_topic in waves.items()
    }
    for entry in suspects.values():
        arranged.setdefault(entry.topic, []).append([entry])
    return arranged


def _as_the_sidecar_takes(wave: Sequence[Entry]) -> Iterator[list[Entry]]:
    call: list[Entry] = []
    size = 0
    for entry in wave:
        length = len(entry.event.encode())
        if call and size + length > MAX_CALL_BYTES:
            yield call
            call, size = [], 0
        call.append(entry)
        size += length
    yield call


def keys_over_limit(entries: Sequence[Entry], per_key: int) -> set[str]:
    """Name the keys that have more events here than are sent at once."""
    counts = Counter(entry.key for entry in entries)
    return {key for key, count in counts.items() if count > per_key}
