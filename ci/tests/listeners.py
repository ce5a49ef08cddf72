"""Doubles of GitHub's comments and of a chat's webhook, at an address of this machine.

They refuse what the documentation says is refused: https://docs.github.com/rest/issues/comments and
https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
"""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from http_servers import serving

TOKEN = "token-of-the-job"
PATH = "/services/T0/B0/secret-of-the-chat"
_COMMENTS = r"/repos/somebody/todo/issues/(\d+)/comments"
_COMMENT = r"/repos/somebody/todo/issues/comments/(\d+)"
_LONGEST = 65_536


class GitHub(BaseHTTPRequestHandler):
    """Keep the comments of `somebody/todo`, for whoever has the token and the right."""

    comments: list[dict[str, Any]]
    may_write: bool

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if not self._known() or not (named := re.fullmatch(_COMMENTS, url.path)):
            return
        query = {name: int(values[0]) for name, values in parse_qs(url.query).items()}
        size = min(query.get("per_page", 30), 100)
        first = (query.get("page", 1) - 1) * size
        own = [it for it in self.comments if it["issue"] == int(named[1])]
        self._answer(HTTPStatus.OK, own[first : first + size])

    def do_POST(self) -> None:
        if (body := self._body()) and (named := re.fullmatch(_COMMENTS, self.path)):
            made = comment(len(self.comments) + 1, body, issue=int(named[1]))
            self.comments.append(made)
            self._answer(HTTPStatus.CREATED, made)

    def do_PATCH(self) -> None:
        if (body := self._body()) and (named := re.fullmatch(_COMMENT, self.path)):
            found = [it for it in self.comments if it["id"] == int(named[1])]
            if not found:
                return self._answer(HTTPStatus.NOT_FOUND, {"message": "Not Found"})
            found[0]["body"] = body
            self._answer(HTTPStatus.OK, found[0])
        return None

    def _known(self) -> bool:
        if self.headers["Authorization"] == f"Bearer {TOKEN}":
            return True
        self._answer(HTTPStatus.UNAUTHORIZED, {"message": "Bad credentials"})
        return False

    def _body(self) -> str:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._known():
            return ""
        if not self.may_write:
            said = {"message": "Resource not accessible by integration"}
            self._answer(HTTPStatus.FORBIDDEN, said)
            return ""
        if not given.get("body") or len(given["body"]) > _LONGEST:
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"message": "Validation Failed"})
            return ""
        return str(given["body"])

    def _answer(self, status: HTTPStatus, body: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:
        del format, args


class Chat(BaseHTTPRequestHandler):
    """Take messages at one address."""

    messages: list[str]

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != PATH:
            return self._answer(HTTPStatus.NOT_FOUND, b"no_service")
        try:
            text = json.loads(sent)["text"]
        except (ValueError, KeyError, TypeError):
            return self._answer(HTTPStatus.BAD_REQUEST, b"invalid_payload")
        self.messages.append(text)
        return self._answer(HTTPStatus.OK, b"ok")

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        del format, args


def comment(number: int, body: str, *, issue: int = 7, login: str = "github-actions[bot]") -> Any:
    """Make a comment as the API returns it."""
    return {"id": number, "issue": issue, "body": body, "user": {"login": login}}


@contextmanager
def github(*comments: Any, may_write: bool = True) -> Generator[tuple[str, list[dict[str, Any]]]]:
    """Serve comments; give the API's address and the comments."""
    kept = list(comments)
    with serving(
        type("GitHubOfATest", (GitHub,), {"comments": kept, "may_write": may_write})
    ) as at:
        yield at, kept


@contextmanager
def chat() -> Generator[tuple[str, list[str]]]:
    """Take messages; give the webhook's address and the messages."""
    messages: list[str] = []
    with serving(type("ChatOfATest", (Chat,), {"messages": messages})) as at:
        yield f"{at}{PATH}", messages
