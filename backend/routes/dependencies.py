"""Dependencies of handlers: the settings, a session, the caller.

All are coroutines, though few of them wait: FastAPI hands a plain function to a thread, which costs
more than the function.
"""

import hmac
from collections.abc import AsyncGenerator
from typing import Annotated, cast

from fastapi import Depends, Header, Path, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp

from database import Database
from errors import NotTheSidecar, NotYourData
from services.activity.stream import ActivityStream
from services.auth import personal_tokens
from services.auth.identity import DEVELOPMENT_HEADER, Identity, User
from services.chat.reply_manager import ReplyManager
from services.health import Health
from services.limiter import AtOnce, RequestLimit
from services.reminders.service import Reminders
from settings import Settings


async def settings_of(request: Request) -> Settings:
    return cast("Settings", request.app.state.settings)


async def health_of(request: Request) -> Health:
    return cast("Health", request.app.state.health)


async def database_of(request: Request) -> Database:
    return cast("Database", request.app.state.database)


async def stream_of(request: Request) -> ActivityStream:
    return cast("ActivityStream", request.app.state.stream)


async def streams_of(request: Request) -> AtOnce:
    return cast("AtOnce", request.app.state.streams)


async def reminders_of(request: Request) -> Reminders:
    return cast("Reminders", request.app.state.reminders)


async def replies_of(request: Request) -> ReplyManager:
    return cast("ReplyManager", request.app.state.replies)


def mcp_of(request: Request) -> ASGIApp:
    return cast("ASGIApp", request.app.state.mcp)


_bearer = HTTPBearer(
    scheme_name="token",
    bearerFormat="JWT",
    description="GET /api/auth/token with the cookie of a session gives one, for ten minutes.",
    # Without one the answer is a problem like all others.
    auto_error=False,
)


Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
NamedUser = Annotated[str | None, Header(alias=DEVELOPMENT_HEADER, include_in_schema=False)]


async def identify(request: Request, token: str | None, named: str | None) -> User:
    """Return who is signed in, by what the request brings along."""
    user = await cast("Identity", request.app.state.identity).identify(token, named)
    await count(request, user)
    return user


async def count(request: Request, user: User) -> None:
    """Count a request of a user, who may make only so many in a minute."""
    await cast("RequestLimit", request.app.state.requests).count(user.id)


async def current_user(request: Request, credentials: Credentials, named: NamedUser = None) -> User:
    """Return who is calling, who has signed in."""
    token = credentials.credentials if credentials else None
    if token and personal_tokens.is_personal(token):
        raise personal_tokens.refused_elsewhere()
    return await identify(request, token, named)


CurrentUser = Annotated[User, Depends(current_user)]


async def owner(
    user: CurrentUser,
    user_id: Annotated[
        str,
        Path(
            min_length=1,
            max_length=255,
            description="Your own user id, as GET /api/me tells it.",
            examples=["dev-user"],
        ),
    ],
) -> str:
    """Return the user whose data the path names, who must be the caller."""
    if user_id != user.id:
        raise NotYourData(f"You are signed in as {user.id}. Next: use /api/{user.id}/ in the path.")
    return user_id


async def _read(
    database: Annotated[Database, Depends(database_of)],
) -> AsyncGenerator[AsyncSession]:
    async with database.read() as session:
        yield session


async def _write(
    database: Annotated[Database, Depends(database_of)],
) -> AsyncGenerator[AsyncSession]:
    async with database.write() as session:
        yield session


AppSettings = Annotated[Settings, Depends(settings_of)]
AppDatabase = Annotated[Database, Depends(database_of)]
AppStream = Annotated[ActivityStream, Depends(stream_of)]
AppStreams = Annotated[AtOnce, Depends(streams_of)]
AppReplies = Annotated[ReplyManager, Depends(replies_of)]
AppHealth = Annotated[Health, Depends(health_of)]
AppReminders = Annotated[Reminders, Depends(reminders_of)]
Owner = Annotated[str, Depends(owner)]
ReadSession = Annotated[AsyncSession, Depends(_read)]
WriteSession = Annotated[AsyncSession, Depends(_write)]


async def from_the_sidecar(
    settings: AppSettings,
    token: Annotated[str, Header(alias="dapr-api-token")] = "",
) -> None:
    """Refuse whoever does not know the token that only this process and its sidecar share."""
    expected = settings.app_api_token
    if expected is None:
        raise NotTheSidecar("APP_API_TOKEN is not set, so there is no sidecar to listen to.")
    if not hmac.compare_digest(token.encode(), expected.get_secret_value().encode()):
        raise NotTheSidecar("The header dapr-api-token is missing or wrong.")
