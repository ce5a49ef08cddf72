"""The caller's identity."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from errors import NotSignedIn, Problem
from services.auth import tokens
from services.auth.jwks import JwksCache
from settings import USER_NAME, Settings

DEVELOPMENT_HEADER = "X-Development-User"


@dataclass(frozen=True)
class User:
    """Name a signed-in person, until when that is certain, and whether they may change things."""

    id: str
    name: str
    until: datetime | None = None
    may_write: bool = True


class InvalidDevelopmentUser(Problem):
    status, code, title = 422, "invalid-request", "The request is not valid"


class Identity(Protocol):
    """Tell who is calling from what a request brings along."""

    async def identify(self, token: str | None, named: str | None) -> User:
        """Return the caller.

        Args:
            token: the bearer token of the request.
            named: the value of the header X-Development-User.

        Raises:
            NotSignedIn: when it cannot be told.
        """
        ...

    async def close(self) -> None: ...


class TokenIdentity:
    """Believe tokens that sign-in has signed, and nothing else."""

    def __init__(self, keys: JwksCache, issuer: str) -> None:
        self._keys = keys
        self._issuer = issuer

    async def identify(self, token: str | None, named: str | None) -> User:
        if not token:
            raise NotSignedIn
        key = await self._keys.find(tokens.key_id(token))
        if key is None:
            raise tokens.refused("the token is signed with a key that is not known")
        claims = tokens.read(token, key, self._issuer)
        return User(claims.subject, claims.name, claims.expires)

    async def close(self) -> None:
        await self._keys.close()


DEVELOPER = User(id="dev-user", name="Developer")


class DevelopmentIdentity:
    """Believe everybody: whoever calls is the developer, or whom the header names."""

    async def identify(self, token: str | None, named: str | None) -> User:
        if named is None:
            return DEVELOPER
        if not re.fullmatch(USER_NAME, named):
            raise InvalidDevelopmentUser(
                f"header {DEVELOPMENT_HEADER}: not the name of a user. Accepted: 1 to 40 of a-z, "
                f"0-9 and -, such as {DEVELOPMENT_HEADER}: smoke"
            )
        return User(id=named, name=named)

    async def close(self) -> None:
        pass


def create_identity(settings: Settings) -> Identity:
    """Make the identity that the settings ask for; they refuse the development one elsewhere."""
    if settings.identity == "development":
        return DevelopmentIdentity()
    keys = JwksCache(settings.jwks_url, trusted=settings.keys_trusted_seconds)
    return TokenIdentity(keys, settings.issuer)
