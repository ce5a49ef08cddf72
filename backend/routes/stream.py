"""Live activity as server-sent events."""

import random
from collections.abc import AsyncGenerator, AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from routes.dependencies import AppStream, AppStreams, CurrentUser, Owner
from routes.problems import problem_responses
from schemas.activity import ActivityRead
from services.telemetry.metrics import STREAM_CLIENTS

# How long a browser waits before it comes back: short, and not the same for everyone whose
# replica ends.
RETRY_MILLISECONDS = (500, 2000)
POSITION = r"^[0-9]{0,18}$"


async def uncompressed(response: Response) -> None:
    """Tell proxies, beside the framework's no-cache, that compressing holds events back."""
    response.headers["Cache-Control"] = "no-store, no-transform"


async def counted(user_id: Owner, streams: AppStreams) -> AsyncGenerator[None]:
    """Count a stream for as long as its response lasts, however it ends."""
    with streams.one(user_id), STREAM_CLIENTS.track_inprogress():
        yield


router = APIRouter(tags=["activity"], responses=problem_responses(401, 403, 422, 429, 503))


async def last_seen(
    header: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            pattern=POSITION,
            description="Id of the last event received; what came after it is sent first.",
        ),
    ] = None,
    query: Annotated[
        str | None,
        Query(
            alias="last_event_id",
            pattern=POSITION,
            description="The same, for clients that cannot set the header.",
        ),
    ] = None,
) -> int | None:
    """Return the position up to which the client has seen everything, or None for a new one."""
    given = header or query
    return int(given) if given else None


async def place(
    user_id: Owner, stream: AppStream, seen: Annotated[int | None, Depends(last_seen)]
) -> int:
    """Fix where the stream starts, before the answer says that there is one."""
    return await stream.place(user_id, seen)


@router.get(
    "/api/{user_id}/stream",
    summary="Follow your activity live",
    description=(
        "Server-sent events named `activity`, each an ActivityRead whose position is its id, in "
        "the order of arrival. Without Last-Event-ID it starts before the answer does: all that "
        "happens from then on is told; with it, nothing is left out "
        "and nothing sent twice. A comment every 15 s keeps the connection open. A reader that "
        "takes nothing for 10 s is cut off and may come back. The stream ends with the token it "
        "was opened with; come back with a new one."
    ),
    response_class=EventSourceResponse,
    dependencies=[Depends(uncompressed), Depends(counted)],
)
async def stream_activity(
    user_id: Owner,
    user: CurrentUser,
    stream: AppStream,
    position: Annotated[int, Depends(place)],
) -> AsyncIterable[ServerSentEvent]:
    # Sent at once, it also tells the client that it is connected.
    yield ServerSentEvent(retry=random.randint(*RETRY_MILLISECONDS))  # noqa: S311
    async for entry in stream.follow(user_id, position, user.until):
        data = ActivityRead.model_validate(entry)
        yield ServerSentEvent(event="activity", id=str(entry.position), data=data)
