"""HEAD: what GET would say, without its body (RFC 9110, section 9.3.2)."""

from starlette.types import ASGIApp, Receive, Scope, Send


def has_no_end(path: str) -> bool:
    """Tell a stream: whoever asked for its headers would wait for an end."""
    return path.endswith("/stream")


class HeadRequests:
    """Answer HEAD wherever GET is answered; the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD" and not has_no_end(scope["path"]):
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
