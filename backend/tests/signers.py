"""Whoever signs tokens: sign-in itself, and those who would like to."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

ISSUER = "https://todo.example.com"
KEYS_URL = "http://frontend/api/auth/jwks"


def claims(**changed: Any) -> dict[str, Any]:
    """Return what a good token claims; None leaves a claim out."""
    now = int(time.time())
    good = {
        "sub": "u1",
        "name": "Ada",
        "email": "ada@example.com",
        "iss": ISSUER,
        "aud": "todo-api",
        "iat": now,
        "exp": now + 3600,  # Some are signed before the first test, and used by the last.
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


@dataclass
class Signer:
    """Sign with a key of its own, under an id of its choice."""

    key_id: str = "k1"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def sign(self, payload: dict[str, Any] | None = None, **headers: Any) -> str:
        """Sign claims, or good ones, with further fields in the header."""
        given = {"kid": self.key_id} | headers
        return jwt.encode(payload or claims(), self.key, "EdDSA", given)

    def sign_text(self, payload: str) -> str:
        """Sign whatever text instead of claims."""
        return jwt.PyJWS().encode(payload.encode(), self.key, "EdDSA", {"kid": self.key_id})

    @property
    def jwk(self) -> dict[str, Any]:
        """The key as it is published."""
        public = OKPAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return public | {"kid": self.key_id, "alg": "EdDSA"}


class Publisher:
    """Answer as the frontend does where keys are published, and remember what was asked for.

    `answer` replaces the answer; while `open` is not set there is none.
    """

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys)
        self.asked: list[str] = []
        self.answer: httpx.Response | Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        await self.open.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or httpx.Response(200, json={"keys": self.keys})

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)


class FrontDoor:
    """Answer as the frontend does where people sign in; nobody has an account at first."""

    def __init__(self, signer: Signer, cookie: str = "todo.session_token=abc.def%3D") -> None:
        self._signer, self._cookie = signer, cookie
        self.accounts: dict[str, str] = {}
        self.asked: list[str] = []
        self.answers: list[httpx.Response | Exception] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/auth/")
        self.asked.append(path)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        given = json.loads(request.content or b"{}")
        match path:
            case "sign-in/email" if self.accounts.get(given["email"]) != given["password"]:
                return httpx.Response(401, json={"message": "Invalid email or password"})
            case "sign-up/email":
                self.accounts[given["email"]] = given["password"]
            case "token":
                assert request.headers["Cookie"] == self._cookie
                return httpx.Response(200, json={"token": self._signer.sign()})
            case _:
                pass
        return httpx.Response(200, headers={"Set-Cookie": f"{self._cookie}; Path=/; Secure"})

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)
