"""Create the engine that the settings ask for, and the workers that read messages for it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from services.assistant import answers
from services.assistant.core.engine import Engine
from services.assistant.core.workers import Bounds, Workers
from services.assistant.engines.offline import intent_router
from services.assistant.engines.offline.engine import OfflineEngine
from settings import Settings


@asynccontextmanager
async def create_engine(settings: Settings) -> AsyncGenerator[Engine]:
    """Make the engine that TODO_ASSISTANT and COHERE_API_KEY choose, and close it at the end.

    With a key `auto` is the language model, and rules where it cannot be reached; `cohere` is the
    language model alone, whose absence is then told; without a key `auto` is the rules.
    """
    key = settings.cohere_api_key
    if settings.assistant == "offline" or key is None:
        yield OfflineEngine()
        return
    # Imported only where it is used: it costs a start half a second.
    from services.assistant.engines.cohere.engine import cohere_engine
    from services.assistant.fallback import WithFallback

    url = str(settings.cohere_url) if settings.cohere_url else None
    async with cohere_engine(key.get_secret_value(), settings.cohere_model, url) as model:
        yield WithFallback(model, OfflineEngine()) if settings.assistant == "auto" else model


def create_workers(settings: Settings) -> Workers | None:
    """Return the workers that the settings ask for; None where there are to be none."""
    if not settings.workers:
        return None
    bounds = Bounds(settings.workers, settings.read_seconds)
    return Workers(bounds, (answers.__name__, intent_router.__name__))
