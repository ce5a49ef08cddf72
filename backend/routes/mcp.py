"""The assistant's tools for other programs, over the Model Context Protocol."""

from fastapi import APIRouter, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from routes.dependencies import CurrentUser, mcp_of

# The protocol describes itself; its one path answers POST only, as it may without sessions.
router = APIRouter(include_in_schema=False)


class Handover(Response):
    """Let another app answer the request, once it is known who calls."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


@router.post("/mcp")
async def mcp(request: Request, user: CurrentUser) -> Response:
    request.state.user = user
    return Handover(mcp_of(request))
