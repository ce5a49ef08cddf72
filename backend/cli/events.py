"""`todo events`: what waits in the outbox, what was refused, and how to send it again."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import anyio

from cli import dead_letters
from cli.database import unavailable
from cli.secrets import read
from database import Database
from errors import DatabaseUnavailable
from models import OutboxEvent
from services.clock import now
from services.events import outbox
from services.json_objects import read_object
from services.logger import configure_logging
from settings import load_process_settings, load_settings

_COLUMNS = ("event", "what", "task", "user", "age", "attempts", "reason")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the actions of `todo events`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, what in (
        ("pending", "List the events that wait to be published, oldest first."),
        ("quarantine", "List the events that were refused and set aside, with the reason."),
        ("replay", "Let quarantined events be published again."),
    ):
        action = actions.add_parser(name, help=what, description=what)
        action.add_argument("--json", action="store_true", help="print one JSON document")
        if name == "replay":
            chosen = action.add_mutually_exclusive_group(required=True)
            chosen.add_argument("ids", nargs="*", default=[], type=UUID, metavar="ID")
            chosen.add_argument("--all", action="store_true", help="every quarantined event")
        else:
            action.add_argument(
                "--limit", type=int, default=50, help="at most so many events (default 50)"
            )
    dead_letters.add_arguments(actions)


def run(arguments: argparse.Namespace) -> int:
    """Carry one action out and return the exit code: 1 when an id is in no quarantine."""
    # The sidecar beside a server is long ready, or unavailable: nothing to wait for.
    settings = load_settings(anyio.run(read, load_process_settings(), 1))
    # What is printed is the answer, and may be read by a program.
    configure_logging("error")
    url = settings.database_url.get_secret_value()
    try:
        return anyio.run(_run, url, arguments)
    except DatabaseUnavailable as error:
        raise unavailable(url, error) from error


async def _run(url: str, arguments: argparse.Namespace) -> int:
    database = Database(url)
    try:
        return await act(database, arguments)
    finally:
        await database.close()


async def act(database: Database, arguments: argparse.Namespace) -> int:
    """Carry one action out and return the exit code: 1 when an id is in no quarantine."""
    if arguments.action == "dead-letters":
        return await dead_letters.run(database, arguments)
    if arguments.action == "replay":
        return await _replay(database, None if arguments.all else arguments.ids, arguments.json)
    async with database.read() as session:
        state = await outbox.outbox_state(session)
        read = outbox.pending_events if arguments.action == "pending" else outbox.quarantined_events
        events = [described(row) for row in await read(session, arguments.limit)]
    if arguments.json:
        _print_json(
            {
                "pending": state.pending,
                "oldest_seconds": state.oldest_seconds,
                "quarantined": state.quarantined,
                "events": events,
            }
        )
        return 0
    print(
        f"{state.pending} pending, the oldest for {state.oldest_seconds:.0f} s; "
        f"{state.quarantined} in quarantine"
    )
    if events:
        print(table(events, now()))
    if state.quarantined and arguments.action == "quarantine":
        print("Next: mend the reason, then todo events replay ID… or --all")
    elif state.quarantined:
        print("Next: todo events quarantine")
    return 0


async def _replay(database: Database, ids: Sequence[UUID] | None, as_json: bool) -> int:
    async with database.write() as session:
        replayed = await outbox.replay(session, ids)
    missing = sorted(set(ids or ()) - set(replayed), key=str)
    if as_json:
        _print_json({"replayed": replayed, "missing": missing})
    else:
        print(f"{len(replayed)} will be published again", *replayed, sep="\n")
    for event_id in missing:
        print(f"{event_id}: not in quarantine. Next: todo events quarantine", file=sys.stderr)
    return 1 if missing else 0


def described(row: OutboxEvent) -> dict[str, Any]:
    """Return what an operator wants to know of an event: nothing that a user wrote."""
    # Empty when it cannot be read: it may be in quarantine for exactly this.
    told = {name: value for name, value in read_object(row.event).items() if isinstance(value, str)}
    return {
        "id": str(row.id),
        "topic": row.topic,
        "type": told.get("type"),
        "task_id": told.get("subject"),
        "user_id": row.key,
        "sequence": told.get("sequence"),
        "created_at": row.created_at.isoformat(),
        "attempts": row.attempts,
        "reason": row.reason,
        "quarantined_at": row.quarantined_at.isoformat() if row.quarantined_at else None,
    }


def table(events: Sequence[dict[str, Any]], moment: datetime) -> str:
    """Lay events out as text, one a line, the reason last because it may be long."""
    lines = [_COLUMNS, *(_line(event, moment) for event in events)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_COLUMNS) - 1)]
    return "\n".join("  ".join(map(str.ljust, line, [*widths, 0])) for line in lines)


def _line(event: dict[str, Any], moment: datetime) -> tuple[str, ...]:
    age = moment - datetime.fromisoformat(event["created_at"])
    kind = str(event["type"] or "unreadable").removeprefix("com.todo.")
    return (
        event["id"],
        f"{kind} {event['sequence'] or ''}".rstrip(),
        event["task_id"] or "",
        event["user_id"],
        f"{age.total_seconds():.0f} s",
        str(event["attempts"]),
        event["reason"] or "",
    )


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, indent=2, default=str)
    sys.stdout.write("\n")
