"""Turn every failure into application/problem+json (RFC 9457)."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from errors import (
    DatabaseUnavailable,
    NotSignedIn,
    NotYourData,
    Problem,
    TaskNotFound,
    TooManyRequests,
    VersionMismatch,
    VersionRequired,
)
from routes.head import has_no_end
from schemas.system import ProblemRead
from services.logger import get_logger, request_id

MEDIA_TYPE = "application/problem+json"
_UNSUPPORTED = ("unsupported-media-type", "Unsupported Media Type")
_INVALID = ("invalid-request", "The request is not valid")
_log = get_logger("problems")

# Python 3.11 has an older word for it.
_PHRASES = {413: "Content Too Large"}
_EXAMPLES: dict[int, tuple[str, str, str]] = {
    400: ("bad-request", "Bad Request", "There was an error parsing the body."),
    413: (
        "content-too-large",
        "Content Too Large",
        "A body has at most 131072 bytes.",
    ),
    415: (*_UNSUPPORTED, "The body's Content-Type is text/plain. Accepted: application/json."),
    401: (NotSignedIn.code, NotSignedIn.title, NotSignedIn.detail),
    403: (NotYourData.code, NotYourData.title, "You are signed in as dev-user."),
    404: (TaskNotFound.code, TaskNotFound.title, "You have no task 4b7a6f0e."),
    412: (VersionMismatch.code, VersionMismatch.title, 'The task is at version "2".'),
    422: (*_INVALID, "body /title: String should have at least 1 character"),
    428: (VersionRequired.code, VersionRequired.title, "Send the task's ETag as If-Match."),
    429: (
        TooManyRequests.code,
        TooManyRequests.title,
        "One user may send 20000 requests a minute. Nothing was changed. Next: wait 7 s.",
    ),
    503: (DatabaseUnavailable.code, DatabaseUnavailable.title, DatabaseUnavailable.detail),
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems a route answers with, for OpenAPI."""
    return {status: _described(_body(status, *_EXAMPLES[status])) for status in statuses}


def described(*problems: Problem) -> dict[int | str, dict[str, Any]]:
    """Describe problems by an example of each, where those of a status differ between routes."""
    return {problem.status: _described(problem.body()) for problem in problems}


def _described(example: dict[str, Any]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {MEDIA_TYPE: {"schema": schema, "example": example}}
    return {"description": example["title"], "content": content}


def problem_schema() -> dict[str, Any]:
    """Return the JSON schema every problem fits."""
    return ProblemRead.model_json_schema(ref_template="#/components/schemas/{model}")


def internal_problem() -> Response:
    """Return the answer to an error nobody foresaw; its cause is in the log only."""
    return _respond(500, Problem.code, Problem.title, Problem.detail)


def add_problem_handlers(app: FastAPI) -> None:
    """Answer problems, invalid requests and the framework's own errors in one shape."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)


def _on_problem(request: Request, error: Exception) -> Response:
    problem = cast("Problem", error)
    if problem.status == 503:
        # Something else is away: one line for each of many requests, not its stack as well.
        cause = problem.__cause__
        _log.error("%s: %s: %s", problem.title, type(cause).__name__, cause)
    elif problem.status >= 500:
        _log.error(problem.title, exc_info=problem)
    return _respond(
        problem.status, problem.code, problem.title, str(problem), headers=problem.headers
    )


def _on_invalid_request(request: Request, error: Exception) -> Response:
    invalid = cast("RequestValidationError", error)
    # Of another type the framework leaves the body as bytes, and finds no object in them.
    if isinstance(invalid.body, bytes) and invalid.body:
        return _unsupported(request)
    entries = cast("Sequence[dict[str, Any]]", invalid.errors())
    fields = [_field(entry) for entry in entries]
    detail = "; ".join(
        f"{field['location']} {field['pointer']}: {field['detail']}" for field in fields
    )
    return _respond(422, *_INVALID, f"{detail}. The accepted shapes: /api/openapi.json", fields)


def _unsupported(request: Request) -> Response:
    given = request.headers.get("Content-Type")
    detail = (
        f"The body's Content-Type is {given[:100] if given else 'missing'}. Accepted: "
        "application/json. Next: send Content-Type: application/json and a JSON object."
    )
    return _respond(415, *_UNSUPPORTED, detail, headers={"Accept": "application/json"})


def _on_http_exception(request: Request, error: Exception) -> Response:
    answer = cast("HTTPException", error)
    title = _PHRASES.get(answer.status_code) or HTTPStatus(answer.status_code).phrase
    detail = (
        f"{request.method} {request.url.path}: {answer.detail}. Next: see /api/openapi.json for "
        "the paths and methods there are."
    )
    code = title.lower().replace(" ", "-")
    headers = dict(answer.headers or {})
    if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # Of a path that is not described, the framework's word is all there is.
        headers["Allow"] = ", ".join(_allowed_methods(request)) or headers.get("Allow", "")
    return _respond(answer.status_code, code, title, detail, headers=headers)


def _allowed_methods(request: Request) -> list[str]:
    # The framework names only the methods of the first route that has this path.
    paths: dict[str, dict[str, Any]] = cast("FastAPI", request.app).openapi()["paths"]
    matching = [path for path in paths if compile_path(path)[0].match(request.url.path)]
    # Beside /notices/{notice_id}, /notices/read is a resource of its own.
    literal = min(matching, key=lambda path: path.count("{"), default="")
    methods = {method.upper() for method in paths.get(literal, {})}
    if "GET" in methods and not has_no_end(request.url.path):
        methods.add("HEAD")
    return sorted(methods)


def _field(entry: dict[str, Any]) -> dict[str, str]:
    # The value itself is not repeated: it may be secret, huge, or not even valid Unicode.
    location, *path = [str(part) for part in entry["loc"]]
    pointer = "/" + "/".join(path) if location == "body" else ".".join(path)
    message = str(entry["msg"]).removeprefix("Value error, ")
    return {"location": location, "pointer": pointer, "detail": message}


def _body(status: int, code: str, title: str, detail: str) -> dict[str, Any]:
    return {
        "type": f"urn:todo:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
    }


def _respond(
    status: int,
    code: str,
    title: str,
    detail: str,
    fields: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body = _body(status, code, title, detail) | {
        "request_id": request_id.get(),
        "errors": fields or [],
    }
    # ASCII only: the name of an unknown field may hold a lone surrogate, which UTF-8 cannot carry.
    return Response(json.dumps(body), status_code=status, headers=headers, media_type=MEDIA_TYPE)
