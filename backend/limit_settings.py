"""Settings that bound time and amounts, with defaults nobody meets by working."""

from pydantic import Field
from pydantic_settings import BaseSettings

from database_times import DatabaseTimes

# What each variable accepts, and a command that sets it: the second half of every error.
HELP = {
    "TODO_DATABASE_CONNECT_SECONDS": (
        "seconds from 0.1 to 300",
        "export TODO_DATABASE_CONNECT_SECONDS=3",
    ),
    "TODO_DATABASE_STATEMENT_SECONDS": (
        "seconds from 0.1 to 300",
        "export TODO_DATABASE_STATEMENT_SECONDS=3",
    ),
    "TODO_DATABASE_LOCK_SECONDS": (
        "seconds from 0.1 to 300",
        "export TODO_DATABASE_LOCK_SECONDS=2",
    ),
    "TODO_DATABASE_IDLE_SECONDS": (
        "seconds from 1 to 3600",
        "export TODO_DATABASE_IDLE_SECONDS=60",
    ),
    "TODO_ASSISTANT_WORKERS": ("1 to 16; in local and test 0", "export TODO_ASSISTANT_WORKERS=2"),
    "TODO_ASSISTANT_SECONDS": ("seconds from 0.1 to 60", "export TODO_ASSISTANT_SECONDS=2"),
    "TODO_REQUESTS_A_MINUTE": ("1 to 1000000", "export TODO_REQUESTS_A_MINUTE=20000"),
    "TODO_REPLIES_AT_ONCE": ("1 to 1000", "export TODO_REPLIES_AT_ONCE=20"),
    "TODO_STREAMS_AT_ONCE": ("1 to 10000", "export TODO_STREAMS_AT_ONCE=300"),
    "TODO_KEYS_TRUSTED_SECONDS": (
        "seconds from 600 to 2592000",
        "export TODO_KEYS_TRUSTED_SECONDS=86400",
    ),
    "TODO_TASKS": ("1 to 10000000", "export TODO_TASKS=10000"),
    "TODO_CONVERSATIONS": ("1 to 1000000", "export TODO_CONVERSATIONS=1000"),
    "TODO_STORED_BYTES": ("100000 to 1000000000000", "export TODO_STORED_BYTES=50000000"),
    "TODO_TAGS": ("1 to 100000", "export TODO_TAGS=200"),
}
_TIMES = DatabaseTimes()


class LimitSettings(BaseSettings):
    """Hold the limits."""

    database_connect_seconds: float = Field(
        default=_TIMES.connect, validation_alias="TODO_DATABASE_CONNECT_SECONDS", ge=0.1, le=300
    )
    database_statement_seconds: float = Field(
        default=_TIMES.statement, validation_alias="TODO_DATABASE_STATEMENT_SECONDS", ge=0.1, le=300
    )
    database_lock_seconds: float = Field(
        default=_TIMES.lock, validation_alias="TODO_DATABASE_LOCK_SECONDS", ge=0.1, le=300
    )
    database_idle_seconds: float = Field(
        default=_TIMES.idle, validation_alias="TODO_DATABASE_IDLE_SECONDS", ge=1, le=3600
    )
    workers: int = Field(default=2, validation_alias="TODO_ASSISTANT_WORKERS", ge=0, le=16)
    read_seconds: float = Field(default=2, validation_alias="TODO_ASSISTANT_SECONDS", ge=0.1, le=60)
    requests_a_minute: int = Field(
        default=20_000, validation_alias="TODO_REQUESTS_A_MINUTE", ge=1, le=1_000_000
    )
    replies_at_once: int = Field(default=20, validation_alias="TODO_REPLIES_AT_ONCE", ge=1, le=1000)
    streams_at_once: int = Field(
        default=300, validation_alias="TODO_STREAMS_AT_ONCE", ge=1, le=10_000
    )
    keys_trusted_seconds: float = Field(
        default=86_400, validation_alias="TODO_KEYS_TRUSTED_SECONDS", ge=600, le=2_592_000
    )
    tasks: int = Field(default=10_000, validation_alias="TODO_TASKS", ge=1, le=10_000_000)
    conversations: int = Field(
        default=1000, validation_alias="TODO_CONVERSATIONS", ge=1, le=1_000_000
    )
    stored_bytes: int = Field(
        default=50_000_000, validation_alias="TODO_STORED_BYTES", ge=100_000, le=10**12
    )
    tags: int = Field(default=200, validation_alias="TODO_TAGS", ge=1, le=100_000)

    @property
    def database_times(self) -> DatabaseTimes:
        """Return how long the database may take."""
        return DatabaseTimes(
            self.database_connect_seconds,
            self.database_statement_seconds,
            self.database_lock_seconds,
            self.database_idle_seconds,
        )
