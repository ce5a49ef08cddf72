"""Create the engine that the settings ask for."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from services.assistant.core.engine import Engine
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
