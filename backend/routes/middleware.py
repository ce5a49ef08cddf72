"""Middleware of every request: its id, its size, its log line, the last resort for errors."""

import logging
import re
import time
import uuid

from fastapi.telemetry import TelemetryConfig
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from routes.jobs import SWEEP
from routes.problems import internal_problem
from services.logger import get_logger, request_id
from services.rest import Rest

# Room for the largest task with every character of it escaped.
MAX_BODY_BYTES = 128 * 1024
# Room for the largest record Kafka takes, as base64: refused, it would come back for ever.
MAX_EVENT_BYTES = 2 * 1024 * 1024
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_log = get_logger("access")


def untraced(scope: Scope) -> bool:
    """Tell requests that come every few seconds, and streams that stay open for hours."""
    path: str = scope["path"]
    return is_periodic(path) or path.endswith("/stream")


def is_periodic(path: str) -> bool:
    """Tell requests that come every few seconds whether anybody is there or not."""
    return path.startswith("/api/health") or path in (SWEEP, "/health", "/metrics")


# One span a request. Its steps, and the framework's own metrics and logs, would cost more than
# they tell.
TELEMETRY = TelemetryConfig(operation_spans=False, metrics=False, logs=False, exclude=untraced)


class BodyLimit:
    """Refuse a request body as soon as it is larger than anything this API takes.

    The framework's own limit answers in plain text, outside of the handlers of problems.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0
        is_event = scope["type"] == "http" and scope["path"].startswith("/events/")
        limit = MAX_EVENT_BYTES if is_event else MAX_BODY_BYTES

        async def receive_some() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise HTTPException(413, f"a body has at most {limit} bytes")
            return message

        await self._app(scope, receive_some, send)


class InUse:
    """Keep the app from resting while a request of somebody runs, streams included."""

    def __init__(self, app: ASGIApp, rest: Rest) -> None:
        self._app = app
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_periodic(scope["path"]):
            await self._app(scope, receive, send)
            return
        with self._rest.in_use():
            await self._app(scope, receive, send)


class RequestLog:
    """Give each request an id, answer it as X-Request-Id, and log one line when it ends.

    Plain ASGI: it sees streams as they are, and its context variable reaches the handlers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        # An id from outside is kept only when it cannot disturb a log.
        identifier = given if _ACCEPTED_ID.fullmatch(given) else uuid.uuid4().hex
        request_id.set(identifier)
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = identifier
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            _log.exception("unhandled error")
            if status:
                raise
            await internal_problem()(scope, receive, send_with_id)
        finally:
            _log_request(scope, status, time.perf_counter() - started)


def _log_request(scope: Scope, status: int, seconds: float) -> None:
    path_params: dict[str, str] = scope.get("path_params", {})
    # Probes, scrapes and sweeps come every few seconds and say nothing new.
    quiet = scope["path"].startswith("/api/health/") or scope["path"] in (
        SWEEP,
        "/health",
        "/metrics",
    )
    level = logging.DEBUG if quiet else logging.INFO
    _log.log(
        level,
        "%s %s %s",
        scope["method"],
        scope["path"],
        status,
        extra={
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "user_id": path_params.get("user_id"),
            "task_id": path_params.get("task_id"),
        },
    )
