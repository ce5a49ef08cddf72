"""Tables of the app, as SQLAlchemy sees them."""

from models import sign_in
from models.activity import ActivityEntry, DeadLetter, UserPosition
from models.base import Base, UtcDateTime
from models.notices import Notice
from models.outbox import OutboxEvent, Relay, RelaySlot
from models.schema import SchemaSupport
from models.tasks import PENDING_REMINDER, Priority, PriorityRank, Task, TaskTag

__all__ = [
    "PENDING_REMINDER",
    "ActivityEntry",
    "Base",
    "DeadLetter",
    "Notice",
    "OutboxEvent",
    "Priority",
    "PriorityRank",
    "Relay",
    "RelaySlot",
    "SchemaSupport",
    "Task",
    "TaskTag",
    "UserPosition",
    "UtcDateTime",
    "sign_in",
]
