"""Put signed statements beside images, and see that they are there."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from todo_ci.attestation import asking, calling, cosign, signer
from todo_ci.attestation.asking import Place
from todo_ci.core.context import Context
from todo_ci.core.ports import Step

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Statement:
    """Hold what is to be signed about an image.

    Args:
        image: by digest.
        predicate: what is said of it.
    """

    image: str
    predicate: Any


async def publish(context: Context, wanted: Sequence[Statement], place: Place) -> str:
    """Put statements beside their images, and return why one is not there; empty where all are.

    A registry without an API for it has one list of all that is said about an image, which cosign
    reads and writes again: of two that write at once, one is lost. So each image gets one at a
    time, and it is looked for afterwards.
    """
    waiting = list(wanted)
    for _ in range(len(waiting) + _TRIES):
        if not waiting:
            return ""
        turn = {it.image: it for it in waiting}
        for answer in await calling.ask(context, _telling(context, [*turn.values()], place)):
            if answer.exit:
                return answer.said
        found = await asking.read(context, list({it.image: None for it in waiting}), place)
        waiting = lacking(waiting, found)
    return "somebody else goes on writing about the same images" if waiting else ""


def lacking(wanted: Sequence[Statement], found: Mapping[str, Sequence[str]]) -> list[Statement]:
    """Return the statements that are not among those found beside their images."""
    there = {image: [*map(_predicate, stated)] for image, stated in found.items()}
    return [it for it in wanted if it.predicate not in there[it.image]]


def _telling(context: Context, wanted: Iterable[Statement], place: Place) -> Step:
    files = {f"predicate-{number}.json": it for number, it in enumerate(wanted)}
    who, to = signer.named(), context.target
    return cosign.step(
        who,
        [cosign.attest(who, to, it.image, place.kind, name) for name, it in files.items()],
        secrets=calling.uses(context),
        files={name: json.dumps(it.predicate) for name, it in files.items()},
        registry=place.registry,
        username=place.username,
    )


def _predicate(statement: str) -> Any:
    return json.loads(statement).get("predicate")
