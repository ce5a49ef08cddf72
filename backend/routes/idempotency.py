"""The header that makes a request safe to repeat."""

from typing import Annotated, Any

from fastapi import Header

from errors import RequestRunning
from routes.problems import described
from schemas.idempotency import KEY

IdempotencyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=KEY,
        description=(
            "A name you make up for this request, such as a UUID. Repeated under the same key "
            "within 24 hours (of your last 1000), the request is answered as the first time and "
            "does nothing again; another one under the same key is refused (422)."
        ),
        examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    ),
]

RUNNING: dict[int | str, dict[str, Any]] = described(RequestRunning())
