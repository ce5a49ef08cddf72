"""`todo events dead-letters`: what could not be handled, and how to handle it again."""

import argparse
import json
import sys
from typing import Any
from uuid import UUID

from database import Database
from models import DeadLetter
from services.events import dead_letters
from services.events.dead_letters import parse_letter


def add_arguments(actions: Any) -> None:
    """Describe `dead-letters` among the actions of `todo events`."""
    what = "List the events that could not be handled, oldest first, or handle them again."
    letters = actions.add_parser("dead-letters", help=what, description=what)
    letters.add_argument("--json", action="store_true", help="print one JSON document")
    steps = letters.add_subparsers(dest="step", metavar="replay")
    again = "Handle dead letters again; one that fails stays."
    replay = steps.add_parser("replay", help=again, description=again)
    chosen = replay.add_mutually_exclusive_group(required=True)
    chosen.add_argument("ids", nargs="*", default=[], type=UUID, metavar="ID")
    chosen.add_argument("--all", action="store_true", help="every letter that waits")


async def run(database: Database, arguments: argparse.Namespace) -> int:
    """Carry the action out and return the exit code: 1 when a letter failed again or is unknown."""
    letters = await dead_letters.waiting(database)
    if arguments.step == "replay":
        wanted = [letter.id for letter in letters] if arguments.all else arguments.ids
        return await _replay(database, wanted, {letter.id: letter for letter in letters})
    if arguments.json:
        json.dump([described(letter) for letter in letters], sys.stdout, indent=2)
        sys.stdout.write("\n")
        return 0
    print(f"{len(letters)} dead letters wait")
    for letter in letters:
        told = described(letter)
        line = f"{letter.id}  {letter.topic}  {told['type'] or 'unreadable'}  {letter.reason}"
        # A stranger's text must not command the terminal.
        print("".join(each if each.isprintable() else "\ufffd" for each in line))
    if letters:
        print("Next: mend the reason, then todo events dead-letters replay ID… or --all")
    return 0


async def _replay(database: Database, ids: list[UUID], letters: dict[UUID, DeadLetter]) -> int:
    failed = 0
    for key in ids:
        letter = letters.get(key)
        if letter is None:
            failed += 1
            print(f"{key}: no such letter waits. Next: todo events dead-letters", file=sys.stderr)
            continue
        outcome = await dead_letters.replay(database, letter)
        failed += outcome.refused
        print(f"{key}: {outcome.reason or outcome.result}")
    if not ids:
        print("0 dead letters wait")
    return 1 if failed else 0


def described(letter: DeadLetter) -> dict[str, Any]:
    """Return what an operator wants to know of a letter: nothing that a user wrote."""
    opened = parse_letter(letter.event.encode())
    return {
        "id": str(letter.id),
        "topic": letter.topic,
        "event_id": opened.event_id,
        "type": opened.type,
        "reason": letter.reason,
        "received_at": letter.received_at.isoformat(),
    }
