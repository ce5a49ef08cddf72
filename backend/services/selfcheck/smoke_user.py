"""The smoke user as `todo selfcheck` plays it: somebody who signs in at the frontend."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Self

import anyio
import httpx

from services.json_objects import read_object

ANSWER_SECONDS = 5
POLL_SECONDS = 0.2


class Refused(Exception):
    """Carry an answer that is none of the expected."""


class HttpClient:
    """Hold the connection to one side of the app for as long as a block lasts."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=url, timeout=ANSWER_SECONDS, trust_env=False, transport=transport
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()


class SmokeUser(HttpClient):
    """Sign in, and sign up where that was never done."""

    def __init__(
        self,
        url: str,
        name: str,
        password: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        super().__init__(url, transport)
        self._name, self._password = name, password
        # With another password it is somebody else: nobody knows that of the former.
        mark = hashlib.sha256(password.encode()).hexdigest()[:8]
        self.email = f"{name}+{mark}@smoke.invalid"

    async def token(self) -> str:
        """Return a token for the backend; ask until somebody serves.

        Raises:
            Refused: with the frontend's own words.
        """
        if not self._password:
            raise Refused("TODO_SMOKE_PASSWORD is not set, so nobody can sign in")
        answer = await self._post("sign-in", {})
        if answer.status_code == 401:
            answer = await self._post("sign-up", {"name": self._name})
        if not answer.is_success:
            raise refusal(answer)
        # By hand: a cookie that is for TLS alone would not be sent to a Service without.
        cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        answer = await self._http.get("/api/auth/token", headers={"Cookie": cookie})
        if not answer.is_success:
            raise refusal(answer)
        return str(read_object(answer.content).get("token"))

    async def _post(self, what: str, more: dict[str, str]) -> httpx.Response:
        given = {"email": self.email, "password": self._password, **more}
        return await until_served(lambda: self._http.post(f"/api/auth/{what}/email", json=given))


async def until_served(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Ask until somebody answers with more than that they cannot.

    Within a second of a rollout a connection can reach a pod that is gone, and a database that
    blinks is 503: neither has changed anything, so asking again is safe.
    """
    while True:
        try:
            answer = await ask()
        except httpx.ConnectError:
            pass
        else:
            if answer.status_code != 503:
                return answer
        await anyio.sleep(POLL_SECONDS)


def refusal(answer: httpx.Response) -> Refused:
    """Say what was asked, and what the answer said."""
    said = read_object(answer.content)
    detail = str(said.get("detail") or said.get("message") or answer.text)[:300]
    request = answer.request
    return Refused(f"{request.method} {request.url.path} answered {answer.status_code}: {detail}")
