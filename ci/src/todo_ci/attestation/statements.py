"""Put signed statements beside images, and read those that are there."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from todo_ci.attestation import calling, cosign, signer
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


@dataclass(frozen=True, slots=True)
class Place:
    """Say of which kind statements are, and whose login their registry takes.

    Args:
        kind: the predicate's type, as cosign takes it.
        registry: ``host[:port][/path]`` that the login is for.
        username: of that registry; empty asks without a login.
    """

    kind: str
    registry: str
    username: str


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
        found = await read(context, list({it.image: None for it in waiting}), place)
        waiting = lacking(waiting, found)
    return "somebody else goes on writing about the same images" if waiting else ""


def lacking(wanted: Sequence[Statement], found: Mapping[str, Sequence[str]]) -> list[Statement]:
    """Return the statements that are not among those found beside their images."""
    there = {image: [*map(_predicate, stated)] for image, stated in found.items()}
    return [it for it in wanted if it.predicate not in there[it.image]]


async def read(
    context: Context, images: Sequence[str], place: Place
) -> Mapping[str, Sequence[str]]:
    """Return what was signed about each image by who is to; nothing where none is found.

    Raises:
        ToolError: where nothing could be asked.
    """
    if not images:
        return {}
    answers = await calling.ask(context, looking(context, images, place))
    return {
        image: cosign.statements(answer.stdout)
        for image, answer in zip(images, answers, strict=True)
    }


def looking(context: Context, images: Sequence[str], place: Place) -> Step:
    """Plan to ask what was signed about each image by who is to, as ``release.toml`` says."""
    who, to = signer.named(), context.target
    return cosign.step(
        who,
        [cosign.verify_attestation(who, to, image, place.kind) for image in images],
        registry=place.registry,
        username=place.username,
    )


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
