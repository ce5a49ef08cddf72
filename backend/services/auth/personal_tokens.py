"""Personal tokens: the way in for programs of a person, which cannot sign in themselves."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from database import Database
from enumerations import TokenScope
from errors import NotSignedIn, PersonalTokenNotFound, TooManyPersonalTokens
from models import PersonalToken
from repositories.personal_tokens import (
    PersonalTokenRepository,
    find_personal_token,
    note_use,
)
from schemas.personal_tokens import PersonalTokenCreate
from services.auth.identity import User
from services.clock import now

# Scanners for leaked secrets, and people, recognise it by this.
PREFIX = "todo_pat_"
MAX_TOKENS = 20
NOTE_USE_EVERY = timedelta(minutes=1)
_BYTES = 32
_SHOWN = len(PREFIX) + 4


def is_personal(token: str) -> bool:
    """Tell a personal token from one of sign-in."""
    return token.startswith(PREFIX)


def hash_token(token: str) -> str:
    """Return what is kept of a token.

    Without salt and in one round: nobody guesses 256 random bits, so there is nothing to slow down.
    """
    return hashlib.sha256(token.encode()).hexdigest()


async def make_token(
    session: AsyncSession, user_id: str, data: PersonalTokenCreate
) -> tuple[PersonalToken, str]:
    """Make a token; return what is known of it, and the token, which is nowhere afterwards.

    Raises:
        TooManyPersonalTokens: the user has MAX_TOKENS already.
    """
    tokens = PersonalTokenRepository(session, user_id)
    if await tokens.count_alone() >= MAX_TOKENS:
        raise TooManyPersonalTokens(
            f"There are {MAX_TOKENS}, and no more than that. Next: revoke one that is not used."
        )
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    created = now()
    row = PersonalToken(
        user_id=user_id,
        name=data.name,
        token_hash=hash_token(token),
        prefix=token[:_SHOWN],
        scope=data.scope,
        created_at=created,
        expires_at=created + timedelta(days=data.days),
    )
    tokens.add(row)
    await session.commit()
    return row, token


async def list_tokens(session: AsyncSession, user_id: str) -> Sequence[PersonalToken]:
    """Return the user's tokens, newest first."""
    return await PersonalTokenRepository(session, user_id).all()


async def revoke_token(session: AsyncSession, user_id: str, token_id: uuid.UUID) -> None:
    """Revoke a token for good; raise PersonalTokenNotFound when the user has no such token."""
    if not await PersonalTokenRepository(session, user_id).remove(token_id):
        raise PersonalTokenNotFound(
            f"You have no token {token_id}. List your tokens to see which ids exist."
        )
    await session.commit()


async def recognise(database: Database, token: str) -> User:
    """Return whose token it is and what it may do, and note that it was used.

    Raises:
        NotSignedIn: it was never made, is revoked or has expired.
    """
    moment = now()
    async with database.read() as session:
        found = await find_personal_token(session, hash_token(token))
    if found is None:
        raise _refused("the token is revoked, or none of ours")
    if found.expires_at <= moment:
        raise _refused("the token has expired")
    noted_before = moment - NOTE_USE_EVERY
    if found.last_used_at is None or found.last_used_at <= noted_before:
        async with database.write() as session:
            await note_use(session, found.id, moment, noted_before)
            await session.commit()
    return User(found.user_id, found.user_id, may_write=found.scope == TokenScope.WRITE)


def refused_elsewhere() -> NotSignedIn:
    """Return the answer to a personal token where only those who signed in themselves may go."""
    reason = "a personal token opens /mcp only"
    return NotSignedIn(
        f"{reason.capitalize()}. Next: sign in; GET /api/auth/token gives a token for this.", reason
    )


def _refused(reason: str) -> NotSignedIn:
    return NotSignedIn(f"{reason.capitalize()}. Next: make another on the page /tokens.", reason)
