"""Errors between this app and the model, in words for the person who waits."""

import httpx
from cohere.core.api_error import ApiError

from errors import Problem
from services.logger import get_logger

_TRY_AGAIN = (408, 429)
_log = get_logger("cohere")


class ModelAway(Problem):
    status, code, title = 503, "model-away", "The language model cannot be reached"
    detail = "Nothing more was done. Say it again in a minute."


class ModelBusy(ModelAway):
    code, title = "model-busy", "The language model has too much to do"


class ModelRefuses(ModelAway):
    code, title = "model-refuses", "The language model does not take what this app sends"
    detail = (
        "Nothing more was done. Whoever runs this app has to look at COHERE_API_KEY and "
        "TODO_COHERE_MODEL."
    )


class ModelConfused(ModelAway):
    code, title = "model-confused", "The language model asked for what this app cannot do"
    detail = "Nothing more was done. Say it in other words."


def worth_another_try(error: Exception) -> bool:
    """Tell what may have passed in a second from what will be the same again."""
    if isinstance(error, ApiError):
        status = error.status_code or 0
        return status in _TRY_AGAIN or status >= 500
    return True


def as_problem(error: Exception) -> ModelAway:
    """Return the problem of a failed request; the log has its status and never its words."""
    if not isinstance(error, ApiError):
        _log.warning("the model cannot be reached: %s", type(error).__name__)
        return ModelAway()
    status = error.status_code or 0
    trace = httpx.Headers(error.headers or {}).get("x-debug-trace-id")
    if worth_another_try(error):
        _log.warning("the model answers %s", status, extra={"cohere_trace_id": trace})
        return ModelBusy() if status in _TRY_AGAIN else ModelAway()
    _log.error("the model answers %s", status, extra={"cohere_trace_id": trace})
    return ModelRefuses()
