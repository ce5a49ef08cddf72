"""The assistant's tools for other programs, over the Model Context Protocol."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from errors import ForeignOrigin, NotSignedIn
from routes.dependencies import (
    AppDatabase,
    AppSettings,
    Credentials,
    NamedUser,
    count,
    identify,
    mcp_of,
)
from services.auth import personal_tokens
from services.auth.identity import User

# The protocol describes itself; its one path answers POST only, as it may without sessions.
router = APIRouter(include_in_schema=False)
PATH = "/mcp"
METADATA = "/.well-known/oauth-protected-resource"


class Handover(Response):
    """Let another app answer the request, once it is known who calls."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


async def no_foreign_page(
    settings: AppSettings, origin: Annotated[str | None, Header()] = None
) -> None:
    """Refuse pages of other sites, which a browser names; programs send no Origin.

    The SDK's own check would ask for a fixed Host as well, which is the gateway's business: a pod
    is also reached by its Service's name.
    """
    if origin is not None and origin != settings.issuer:
        raise ForeignOrigin(
            f"The Origin is not {settings.issuer}. Next: call from there, or from a program, which "
            "sends no Origin."
        )


async def caller(
    request: Request,
    settings: AppSettings,
    database: AppDatabase,
    credentials: Credentials,
    named: NamedUser = None,
) -> User:
    """Return who is calling, by a personal token or a token of sign-in."""
    token = credentials.credentials if credentials else None
    try:
        if token and personal_tokens.is_personal(token):
            user = await personal_tokens.recognise(database, token)
            await count(request, user)
            return user
        return await identify(request, token, named)
    except NotSignedIn as problem:
        problem.add_to_challenge("resource_metadata", f"{settings.issuer}{METADATA}{PATH}")
        raise


@router.post(PATH, dependencies=[Depends(no_foreign_page)])
async def mcp(request: Request, user: Annotated[User, Depends(caller)]) -> Response:
    request.state.user = user
    return Handover(mcp_of(request))


# The second is where RFC 9728 puts it for a resource with a path, the first is asked for as well.
@router.get(METADATA)
@router.get(f"{METADATA}{PATH}")
async def protected_resource(settings: AppSettings) -> dict[str, Any]:
    """Describe how to be let in, as RFC 9728 says; the SDK's own shape would respell addresses."""
    return {
        "resource": f"{settings.issuer}{PATH}",
        "resource_name": "Todo",
        "resource_documentation": f"{settings.issuer}/tokens",
        "authorization_servers": [settings.issuer],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["read", "write"],
    }
