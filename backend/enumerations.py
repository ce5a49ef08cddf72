"""Words of which exactly one is meant: the same in tables, on the wire and in what is said.

Apart from the tables, so that a program that only reads text starts without a database's library.
"""

from enum import StrEnum


class Priority(StrEnum):
    """Order tasks by importance, lowest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Role(StrEnum):
    """Say who wrote a message."""

    USER = "user"
    ASSISTANT = "assistant"


class TokenScope(StrEnum):
    """Say what a token may do; whoever may write may read as well."""

    READ = "read"
    WRITE = "write"
