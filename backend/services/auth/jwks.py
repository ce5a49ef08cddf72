"""The public keys of sign-in, from where the frontend publishes them (JWKS, RFC 7517)."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import anyio
import httpx
import jwt

from errors import SignInUnavailable
from services.auth.tokens import ALGORITHM
from services.logger import get_logger

ANSWER_SECONDS = 3
# However many unknown keys are asked for: one request in this time.
PAUSE_SECONDS = 5
# A key that is withdrawn is trusted for as long at most, while the keys can be read.
FRESH_SECONDS = 600
# After a question that failed, known keys are not asked about for as long: their users do not wait.
KEPT_SECONDS = 60
_log = get_logger("signing_keys")


class JwksCache:
    """Keep the keys; ask for them when one is missing or when they are old.

    Requests that need them at the same time share one question. While nobody answers, the keys that
    are known stay in use for a bounded time: tokens live for minutes, and their keys for days, but
    one that is withdrawn meanwhile would be trusted for ever.

    Args:
        trusted: how long keys stay in use after they were read, in seconds.
    """

    def __init__(
        self,
        url: str,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        trusted: float = 24 * 60 * 60,
    ) -> None:
        self._url = url
        self._http = httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False, transport=transport)
        self._clock = clock
        self._trusted = trusted
        self._asking = asyncio.Lock()
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._read_at = self._asked_at = float("-inf")

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        """Return the key, or None when there is none of this id.

        Raises:
            SignInUnavailable: when it is not known, or was for too long, and cannot be asked for.
        """
        if self._clock() - self._read_at >= self._trusted:
            self._keys = {}
        known = self._keys.get(key_id)
        if known and (self._is_fresh() or self._asking.locked()):
            return known
        async with self._asking:
            if self._clock() - self._asked_at >= PAUSE_SECONDS:
                await self._ask()
        found = self._keys.get(key_id)
        if found is None and self._read_at < self._asked_at:
            raise SignInUnavailable
        return found

    async def close(self) -> None:
        await self._http.aclose()

    def _is_fresh(self) -> bool:
        failed = self._read_at < self._asked_at
        kept = failed and self._clock() - self._asked_at < KEPT_SECONDS
        return kept or self._clock() - self._read_at < FRESH_SECONDS

    async def _ask(self) -> None:
        try:
            with anyio.fail_after(ANSWER_SECONDS):
                answer = await self._http.get(self._url)
            self._keys = parse(answer.raise_for_status().json())
            self._read_at = self._asked_at = self._clock()
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            self._asked_at = self._clock()
            _log.warning(
                "no keys from %s (%s: %s). Next: see that the frontend serves it, and that "
                "BETTER_AUTH_JWKS_URL names it",
                self._url,
                type(error).__name__,
                error,
            )


def parse(document: Any) -> dict[str, jwt.PyJWK]:
    """Read the keys that can sign our tokens, by id; all others are passed over.

    Raises:
        ValueError: when there is none among them.
    """
    listed: Any = cast("dict[str, Any]", document).get("keys") if isinstance(document, dict) else []
    keys: dict[str, jwt.PyJWK] = {}
    for entry in cast("list[Any]", listed) if isinstance(listed, list) else []:
        key = _key(cast("dict[str, Any]", entry)) if isinstance(entry, dict) else None
        if key and key.key_id:
            keys[str(key.key_id)] = key
    if not keys:
        raise ValueError(f"the answer holds no {ALGORITHM} key")
    return keys


def _key(entry: dict[str, Any]) -> jwt.PyJWK | None:
    fits = (
        entry.get("kty") == "OKP"
        and entry.get("crv") == "Ed25519"
        and entry.get("alg", ALGORITHM) == ALGORITHM
        and entry.get("use", "sig") == "sig"
        and isinstance(entry.get("kid"), str)
    )
    if not fits:
        return None
    try:
        # The public part alone, whatever else stands there.
        return jwt.PyJWK({name: entry.get(name) for name in ("kty", "crv", "x", "kid")}, ALGORITHM)
    except jwt.PyJWTError:
        return None
