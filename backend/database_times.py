"""The time a database may take; apart from the engines, which who reads settings does not need."""

from dataclasses import dataclass

# After the server gave up by itself; a server that says nothing is given up here.
UNANSWERED_SECONDS = 1


@dataclass(frozen=True)
class DatabaseTimes:
    """Say how long a database may take, in seconds; 0 is for ever, where it is accepted.

    Args:
        connect: until a connection is there, new or from the pool, with waiting for one.
        statement: for a statement, or 0.
        lock: that a statement waits for a lock, or 0.
        idle: that a transaction may do nothing before the server ends it, or 0.
    """

    connect: float = 3
    statement: float = 3
    lock: float = 2
    idle: float = 60

    @property
    def server_settings(self) -> dict[str, str]:
        """Return what PostgreSQL is told with each connection."""
        named = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return {name: f"{round(1000 * seconds)}" for name, seconds in named.items()}

    @property
    def command(self) -> float | None:
        """Return how long an answer is waited for."""
        return self.statement + UNANSWERED_SECONDS if self.statement else None
