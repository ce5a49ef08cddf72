"""Keys that a client gives to requests it may have to repeat (Idempotency-Key, an IETF draft)."""

import hashlib
from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel

# A quoted string, as the draft has it, or bare, as most clients send it.
KEY = r'^("[\x20\x21\x23-\x5B\x5D-\x7E]{1,255}"|[\x21\x23-\x7E]{1,255})$'


@dataclass(frozen=True)
class RequestKey:
    """A key, and what tells the request it was given to from others.

    Args:
        fingerprint: of the operation and of what the body says, however it is written.
    """

    key: str
    fingerprint: str

    @classmethod
    def of(cls, header: str | None, operation: str, body: BaseModel) -> Self | None:
        """Return the key that a header gives to a request, or None without one."""
        if header is None:
            return None
        # What was left out stays out: a release with one more field sees the same request.
        said = f"{operation}\n{body.model_dump_json(exclude_unset=True)}"
        return cls(header.strip('"'), hashlib.sha256(said.encode()).hexdigest())
