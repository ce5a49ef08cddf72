"""Opaque cursors: where a page of tasks ended, in the order it was read."""

import base64
import binascii
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from errors import InvalidCursor
from models import Priority
from schemas.tasks import Sort


@dataclass(frozen=True)
class Cursor:
    """Name the last task of a page by its sort value and id."""

    sort: Sort
    value: datetime | Priority | None
    id: uuid.UUID


def encode(cursor: Cursor) -> str:
    """Return the cursor as text that is safe in a URL."""
    value = cursor.value.isoformat() if isinstance(cursor.value, datetime) else cursor.value
    raw = json.dumps([cursor.sort, value, cursor.id.hex], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(text: str, sort: Sort) -> Cursor:
    """Read a cursor back; raise InvalidCursor when it is damaged or of another order."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        named, value, key = cast("tuple[str, str | None, str]", json.loads(raw))
        cursor = Cursor(Sort(named), _value(Sort(named), value), uuid.UUID(hex=key))
    except (binascii.Error, TypeError, ValueError, AttributeError):
        raise InvalidCursor(
            "cursor is not one this API gave out. Use next_cursor of the previous page as it is, "
            "or leave it out to start at the first page."
        ) from None
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
            moment = datetime.fromisoformat(cast("str", value))
            if moment.utcoffset() != UTC.utcoffset(None):
                raise ValueError("a moment in a cursor is UTC")
            return moment
