"""The app as a user reaches it: through the gateway, each request on its own, none repeated."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import app_users
import httpx
import lab
from app_users import GATEWAY

_SERVICE = "/api/v1/namespaces/todo/services/todo-app-backend:80"
Object = dict[str, Any]


@dataclass(frozen=True)
class App:
    """Speak for one user, somebody who signed up."""

    user: str
    timeout: float = 10

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request on a connection of its own."""
        own = {"Authorization": f"Bearer {app_users.token(self.user)}", "Connection": "close"}
        headers = own | options.pop("headers", {})
        with httpx.Client(base_url=GATEWAY, timeout=self.timeout, trust_env=False) as client:
            return client.request(method, f"/api/{self.user}{path}", headers=headers, **options)

    def create(self, title: str) -> Object:
        """Create a task and return it."""
        answer = self.request("POST", "/tasks", json={"title": title})
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answer.json()

    def change(self, task_id: str, **fields: Any) -> Object:
        """Change some fields of a task and return it."""
        answer = self.request("PATCH", f"/tasks/{task_id}", json=fields)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    def delete(self, task_id: str) -> None:
        """Delete a task."""
        answer = self.request("DELETE", f"/tasks/{task_id}")
        assert answer.status_code == httpx.codes.NO_CONTENT, answer.text

    def tasks(self) -> list[Object]:
        """List all tasks of the user."""
        return list(self._pages("/tasks"))

    def activity(self) -> list[Object]:
        """List the whole activity of the user, newest first."""
        return list(self._pages("/activity"))

    def _pages(self, path: str) -> Iterator[Object]:
        cursor: str | None = None
        while True:
            query = {"limit": 100} | ({"cursor": cursor} if cursor else {})
            answer = self.request("GET", path, params=query)
            assert answer.status_code == httpx.codes.OK, answer.text
            page = answer.json()
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return


def pending() -> float:
    """Return how many events the backend has yet to publish: NaN while it cannot tell."""
    said = lab.admin("kubectl", "get", "--raw", f"{_SERVICE}/proxy/health", check=False)
    outbox = json.loads(said)["outbox"] if said else None
    return outbox["pending"] if outbox else math.nan
