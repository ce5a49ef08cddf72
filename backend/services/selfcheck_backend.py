"""The backend as `todo selfcheck` sees it: through its Service, as the smoke user."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Self, cast

import anyio
import httpx

from services.identity import DEVELOPMENT_HEADER

ANSWER_SECONDS = 5
POLL_SECONDS = 0.2


class Refused(Exception):
    """Carry an answer that is none of the expected."""


class Backend:
    """Ask the few questions the checks have."""

    def __init__(
        self, url: str, user: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.user = user
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=ANSWER_SECONDS,
            trust_env=False,
            headers={DEVELOPMENT_HEADER: user},
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def create_task(self, remind_at: datetime | None = None) -> str:
        """Create a task and return its id; ask until somebody serves."""
        path = f"/api/{self.user}/tasks"
        moment = None if remind_at is None else remind_at.isoformat()
        body = {"title": "selfcheck", "tags": ["selfcheck"], "remind_at": moment}
        answer = await _until_served(lambda: self._http.post(path, json=body))
        if answer.status_code != 201:
            detail = _body(answer).get("detail") or answer.text
            raise Refused(f"POST {path} answered {answer.status_code}: {str(detail)[:300]}")
        return str(_body(answer)["id"])

    async def remove_task(self, task: str) -> bool:
        """Remove the task and return whether it is gone."""
        try:
            answer = await self._http.delete(f"/api/{self.user}/tasks/{task}")
        except httpx.HTTPError:
            return False
        return answer.status_code in (204, 404)

    async def has_activity(self, task: str) -> bool:
        """Tell whether anything that happened to the task is in the activity."""
        return bool((await self._get(f"/api/{self.user}/activity?task_id={task}")).get("items"))

    async def notice(self, task: str) -> dict[str, Any] | None:
        """Return the notice of the task's reminder; None until there is one."""
        page = await self._get(f"/api/{self.user}/notices?unread=true")
        items = cast("list[dict[str, Any]]", page.get("items", []))
        return next((item for item in items if item["task_id"] == task), None)

    async def read_notice(self, notice: str) -> None:
        """Mark a notice as read; one that stays unread does no harm."""
        with suppress(httpx.HTTPError):
            await self._http.patch(f"/api/{self.user}/notices/{notice}", json={"read": True})

    async def outbox(self) -> dict[str, Any] | None:
        """Return what /api/health says of the outbox; None when nothing is said."""
        return (await self._get("/api/health")).get("outbox")

    async def _get(self, path: str) -> dict[str, Any]:
        try:
            return _body(await self._http.get(path))
        except httpx.HTTPError:
            return {}


async def _until_served(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    # Within a second of a rollout a connection can reach a pod that is gone, and a database that
    # blinks is 503: neither has changed anything, so asking again is safe.
    while True:
        try:
            answer = await ask()
        except httpx.ConnectError:
            pass
        else:
            if answer.status_code != 503:
                return answer
        await anyio.sleep(POLL_SECONDS)


def _body(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}
