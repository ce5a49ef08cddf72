"""The API: its parts put together."""

from collections.abc import AsyncGenerator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
)
from functools import partial

from fastapi import FastAPI
from fastapi.routing import APIRoute

from database import Database
from openapi import describe_problems_and_parameters
from routes import (
    activity,
    chat,
    conversations,
    events,
    health,
    jobs,
    mcp,
    me,
    metrics,
    notices,
    personal_tokens,
    stream,
    tasks,
)
from routes.head import HeadRequests
from routes.middleware import MAX_BODY_BYTES, TELEMETRY, BodyLimit, InUse, RequestLog
from routes.problems import add_problem_handlers
from routes.response_headers import ResponseHeaders
from routes.slow_readers import SlowReaders
from routes.streams_in_turn import StreamsInTurn
from services.activity.stream import ActivityStream
from services.assistant.assistant import Assistant
from services.assistant.engine_factory import create_engine, create_workers
from services.auth.identity import create_identity
from services.chat.memory import MemoryStore, ProcessMemory
from services.chat.memory_dapr import DaprMemory
from services.chat.reply_manager import ReplyManager
from services.dapr_client import DaprClient
from services.events.dead_letters import deliver
from services.events.publishing.dapr import DaprPublisher
from services.events.publishing.in_process import InProcessPublisher
from services.events.publishing.port import Publisher
from services.events.publishing.sidecar_restarts import RestartTurn, SidecarRestarts
from services.events.relay.relay import Relay
from services.health import Health
from services.limiter import AtOnce, RequestLimit
from services.reminders.scheduler import InProcessScheduler, Scheduler
from services.reminders.scheduler_dapr import DaprScheduler
from services.reminders.service import Reminders
from services.rest import Rest
from services.storage import Storage, storage_limit
from services.telemetry import tracing
from settings import VERSION, Settings, load_settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the app; raise ConfigurationError when a setting is missing or unsafe."""
    settings = settings or load_settings()
    app = FastAPI(
        title="Todo",
        version=VERSION,
        summary="Tasks with due dates, priorities and tags.",
        openapi_url="/api/openapi.json",
        # The interactive pages would load scripts from another host.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        lifespan=_lifespan,
        telemetry=TELEMETRY,
    )
    app.state.settings = settings
    app.state.identity = create_identity(settings)
    app.state.database = Database(
        settings.database_url.get_secret_value(),
        settings.database_times,
        storage_limit(
            Storage(settings.tasks, settings.conversations, settings.stored_bytes), settings.tags
        ),
    )
    app.state.rest = Rest(settings.rest_seconds)
    app.state.health = Health(app.state.database, app.state.rest)
    app.state.requests = RequestLimit(settings.requests_a_minute)
    app.state.streams = AtOnce(settings.streams_at_once, "live streams")
    app.state.stream = ActivityStream(app.state.database, app.state.rest)
    for part in (
        health, me, tasks, chat, conversations, mcp, personal_tokens, activity, stream, notices,
        events, jobs, metrics,
    ):  # fmt: skip
        app.include_router(part.router)
    add_problem_handlers(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SlowReaders)
    app.add_middleware(HeadRequests)
    if settings.rest_seconds:
        app.add_middleware(InUse, rest=app.state.rest)
    app.add_middleware(RequestLog)
    app.add_middleware(ResponseHeaders)
    app.add_middleware(StreamsInTurn)
    describe_problems_and_parameters(app)
    return app


Part = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def _traces(_: FastAPI) -> AsyncGenerator[None]:
    yield
    await tracing.flush()


@asynccontextmanager
async def _database(app: FastAPI) -> AsyncGenerator[None]:
    yield
    await app.state.health.close()
    await app.state.database.close()


@asynccontextmanager
async def _identity(app: FastAPI) -> AsyncGenerator[None]:
    yield
    await app.state.identity.close()


@asynccontextmanager
async def _sidecar(app: FastAPI) -> AsyncGenerator[None]:
    async with DaprClient(app.state.settings.dapr_http_port) as client:
        app.state.dapr = client
        yield


@asynccontextmanager
async def _stream(app: FastAPI) -> AsyncGenerator[None]:
    async with app.state.stream.running():
        yield


@asynccontextmanager
async def _relay(app: FastAPI) -> AsyncGenerator[None]:
    async with Relay(app.state.database, _publisher(app), rest=app.state.rest).running():
        yield


@asynccontextmanager
async def _reminders(app: FastAPI) -> AsyncGenerator[None]:
    seconds: float = app.state.settings.sweep_seconds
    app.state.reminders = Reminders(app.state.database, _wakeups(app), seconds, app.state.rest)
    async with app.state.reminders.running():
        yield


@asynccontextmanager
async def _replies(app: FastAPI) -> AsyncGenerator[None]:
    async with create_engine(app.state.settings) as engine:
        app.state.replies = ReplyManager(
            app.state.database,
            Assistant(engine),
            _memory(app),
            workers=app.state.workers,
            at_once=app.state.settings.replies_at_once,
        )
        async with app.state.replies.running():
            yield


@asynccontextmanager
async def _workers(app: FastAPI) -> AsyncGenerator[None]:
    app.state.workers = workers = create_workers(app.state.settings)
    async with workers.running() if workers else nullcontext():
        yield


@asynccontextmanager
async def _mcp(app: FastAPI) -> AsyncGenerator[None]:
    # Imported only where it is used: every other command would start half a second later.
    from services.assistant.mcp_server import mcp_app

    async with mcp_app(app.state.database, MAX_BODY_BYTES) as app.state.mcp:
        yield


def _memory(app: FastAPI) -> MemoryStore:
    store: str | None = app.state.settings.state_store
    return DaprMemory(app.state.dapr, store) if store else ProcessMemory()


def _publisher(app: FastAPI) -> Publisher:
    settings: Settings = app.state.settings
    if settings.events == "dapr":
        restarts = SidecarRestarts(RestartTurn(app.state.database).take)
        return DaprPublisher(app.state.dapr, settings.pubsub, restarts)
    return InProcessPublisher(partial(deliver, app.state.database))


def _wakeups(app: FastAPI) -> Scheduler:
    settings: Settings = app.state.settings
    if settings.events == "dapr":
        return DaprScheduler(app.state.dapr)
    return InProcessScheduler(settings.sweep_seconds)


# What runs beside requests: started in this order, stopped in the opposite one. A part that fails
# to start stops the process, so none of them waits for the database or the sidecar.
PARTS: tuple[Part, ...] = (
    _traces,
    _database,
    _identity,
    _sidecar,
    _stream,
    _relay,
    _reminders,
    _mcp,
    _workers,
    _replies,
)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    async with AsyncExitStack() as stack:
        for part in PARTS:
            await stack.enter_async_context(part(app))
        yield
        app.state.health.draining = True


def _operation_id(route: APIRoute) -> str:
    return route.name
