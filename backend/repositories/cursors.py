"""Opaque cursors: where a page ended, in the order it was read."""

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from enumerations import Priority
from errors import InvalidCursor
from schemas.tasks import Sort


@dataclass(frozen=True)
class Cursor:
    """Name the last task of a page by its sort value and id."""

    sort: Sort
    value: datetime | Priority | None
    id: uuid.UUID


def pack(parts: Sequence[str | None]) -> str:
    """Return some values as text that is safe in a URL."""
    raw = json.dumps(parts, separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def unpack(text: str) -> list[str | None]:
    """Read packed values back; raise ValueError when the text is damaged."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        parts = json.loads(raw)
    except (binascii.Error, RecursionError) as error:
        raise ValueError from error
    if not isinstance(parts, list):
        raise ValueError
    return cast("list[str | None]", parts)


def unknown() -> InvalidCursor:
    """Return the problem of a cursor that nobody gave out."""
    return InvalidCursor(
        "cursor is not one this API gave out. Use next_cursor of the previous page as it is, "
        "or leave it out to start at the first page."
    )


def encode(cursor: Cursor) -> str:
    """Return the cursor as text that is safe in a URL."""
    value = cursor.value.isoformat() if isinstance(cursor.value, datetime) else cursor.value
    return pack([cursor.sort, value, cursor.id.hex])


def decode(text: str, sort: Sort) -> Cursor:
    """Read a cursor back; raise InvalidCursor when it is damaged or of another order."""
    try:
        named, value, key = unpack(text)
        sort_named = Sort(cast("str", named))
        cursor = Cursor(sort_named, _value(sort_named, value), uuid.UUID(hex=key))
    except (TypeError, ValueError, AttributeError):
        raise unknown() from None
    if cursor.sort != sort:
        raise InvalidCursor(
            f"cursor belongs to sort={cursor.sort}, this request asks for sort={sort}. Keep the "
            "order while paging, or leave the cursor out to start at the first page."
        )
    return cursor


def _value(sort: Sort, value: str | None) -> datetime | Priority | None:
    match sort.column:
        case "due_at" if value is None:
            return None
        case "priority":
            return Priority(value)
        case _:
            return moment(value)


def moment(text: str | None) -> datetime:
    """Read a moment of a cursor, which is UTC, or raise TypeError or ValueError."""
    found = datetime.fromisoformat(cast("str", text))
    if found.utcoffset() != UTC.utcoffset(None):
        raise ValueError("a moment in a cursor is UTC")
    return found
