"""The API: its parts put together."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute

from database import Database
from openapi import describe_problems_and_parameters
from routes import health, me, tasks
from routes.middleware import BodyLimit, RequestLog
from routes.problems import add_problem_handlers
from services.health import Health
from services.identity import development_user
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
    )
    app.state.settings = settings
    app.state.user = development_user(settings)
    app.state.database = Database(settings.database_url.get_secret_value())
    app.state.health = Health(app.state.database)
    for part in (health, me, tasks):
        app.include_router(part.router)
    add_problem_handlers(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(RequestLog)
    describe_problems_and_parameters(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    yield
    app.state.health.draining = True
    await app.state.database.close()


def _operation_id(route: APIRoute) -> str:
    return route.name
