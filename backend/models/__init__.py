"""Tables of the app, as SQLAlchemy sees them."""

from models import sign_in
from models.activity import ActivityEntry, DeadLetter, UserPosition
from models.base import Base, UtcDateTime
from models.conversations import Conversation, Message
from models.idempotency import IdempotencyKey
from models.notices import Notice
from models.outbox import OutboxEvent, Relay, RelaySlot
from models.personal_tokens import PersonalToken
from models.schema import SchemaSupport
from models.tasks import PENDING_REMINDER, PriorityRank, Tag, Task, TaskTag

__all__ = [
    "PENDING_REMINDER",
    "ActivityEntry",
    "Base",
    "Conversation",
    "DeadLetter",
    "IdempotencyKey",
    "Message",
    "Notice",
    "OutboxEvent",
    "PersonalToken",
    "PriorityRank",
    "Relay",
    "RelaySlot",
    "SchemaSupport",
    "Tag",
    "Task",
    "TaskTag",
    "UserPosition",
    "UtcDateTime",
    "sign_in",
]
