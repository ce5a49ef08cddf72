"""The backend as `todo selfcheck` sees it: through its Service, as the smoke user."""

from contextlib import suppress
from datetime import datetime
from typing import Any, cast

import httpx

from services.json_objects import read_object
from services.selfcheck.smoke_user import HttpClient, SmokeUser, refusal, until_served


class Backend(HttpClient):
    """Ask the few questions the checks have."""

    def __init__(
        self, url: str, person: SmokeUser, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        super().__init__(url, transport)
        self.person = person
        self._user = ""

    async def sign_in(self) -> str:
        """Sign in unless that was done, and return as whom the backend takes the person.

        Raises:
            Refused: by either side.
        """
        if not self._user:
            token = await self.person.token()
            self._http.headers["Authorization"] = f"Bearer {token}"
            answer = await until_served(lambda: self._http.get("/api/me"))
            if not answer.is_success:
                raise refusal(answer)
            self._user = str(read_object(answer.content)["id"])
        return self._user

    async def create_task(self, remind_at: datetime | None = None) -> str:
        """Create a task and return its id; ask until somebody serves."""
        path = f"/api/{await self.sign_in()}/tasks"
        moment = None if remind_at is None else remind_at.isoformat()
        data = {"title": "selfcheck", "tags": ["selfcheck"], "remind_at": moment}
        answer = await until_served(lambda: self._http.post(path, json=data))
        if answer.status_code != 201:
            raise refusal(answer)
        return str(read_object(answer.content)["id"])

    async def remove_task(self, task: str) -> bool:
        """Remove the task and return whether it is gone."""
        try:
            answer = await self._http.delete(f"/api/{self._user}/tasks/{task}")
        except httpx.HTTPError:
            return False
        return answer.status_code in (204, 404)

    async def has_activity(self, task: str) -> bool:
        """Tell whether anything that happened to the task is in the activity."""
        return bool((await self._get(f"/api/{self._user}/activity?task_id={task}")).get("items"))

    async def notice(self, task: str) -> dict[str, Any] | None:
        """Return the notice of the task's reminder; None until there is one."""
        page = await self._get(f"/api/{self._user}/notices?unread=true")
        items = cast("list[dict[str, Any]]", page.get("items", []))
        return next((item for item in items if item["task_id"] == task), None)

    async def read_notice(self, notice: str) -> None:
        """Mark a notice as read; one that stays unread does no harm."""
        with suppress(httpx.HTTPError):
            await self._http.patch(f"/api/{self._user}/notices/{notice}", json={"read": True})

    async def outbox(self) -> dict[str, Any] | None:
        """Return what /health says of the outbox; None when nothing is said."""
        return (await self._get("/health")).get("outbox")

    async def _get(self, path: str) -> dict[str, Any]:
        try:
            return read_object((await self._http.get(path)).content)
        except httpx.HTTPError:
            return {}
