"""Whoever signs tokens: sign-in itself, and those who would like to."""

import asyncio
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
        "exp": now + 600,
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
