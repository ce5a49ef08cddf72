"""Settings that bound time and amounts, with defaults nobody meets by working."""

from pydantic import Field
from pydantic_settings import BaseSettings

from connections import DatabaseTimes

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

    @property
    def database_times(self) -> DatabaseTimes:
        """Return how long the database may take."""
        return DatabaseTimes(
            self.database_connect_seconds,
            self.database_statement_seconds,
            self.database_lock_seconds,
            self.database_idle_seconds,
        )
