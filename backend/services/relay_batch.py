"""What the relay decides about a batch, without any database or broker."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from services.publisher import Entry, Failure

# The sidecar takes bodies of 4 MiB; the rest is for the envelope of each entry.
MAX_CALL_BYTES = 3 * 1024 * 1024


@dataclass(frozen=True)
class Settled:
    """Say what became of the events that were sent."""

    published: list[Entry]
    failed: list[tuple[Entry, Failure]]


def calls(entries: Sequence[Entry], alone: Set[str]) -> dict[str, list[list[Entry]]]:
    """Arrange entries into calls, in order by topic.

    Of a key whose event was refused before, only the first travels, and alone: it can spoil or
    slow no other key's events. Such calls come last, for they may take long.
    """
    company: dict[str, list[list[Entry]]] = {}
    suspects: dict[str, Entry] = {}
    sizes: dict[str, int] = {}
    for entry in entries:
        if entry.key in alone:
            suspects.setdefault(entry.key, entry)
            continue
        length = len(entry.event.encode())
        of_topic = company.setdefault(entry.topic, [])
        if not of_topic or sizes[entry.topic] + length > MAX_CALL_BYTES:
            of_topic.append([])
            sizes[entry.topic] = 0
        of_topic[-1].append(entry)
        sizes[entry.topic] += length
    for entry in suspects.values():
        company.setdefault(entry.topic, []).append([entry])
    return company


def settle(sent: Sequence[Entry], failures: Mapping[UUID, Failure]) -> Settled:
    """Judge one call.

    An event behind a failed one of its key is not counted as published even when it was: it goes
    out again after that one, so that the last time each was sent is in order.
    """
    settled = Settled([], [])
    failed_keys: set[str] = set()
    for entry in sent:
        if entry.key in failed_keys:
            continue
        failure = failures.get(entry.id)
        if failure is None:
            settled.published.append(entry)
        else:
            failed_keys.add(entry.key)
            settled.failed.append((entry, failure))
    return settled
