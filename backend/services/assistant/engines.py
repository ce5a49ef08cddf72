"""Which engine replies, by the settings."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from services.assistant.engine import Engine
from services.assistant.offline.engine import OfflineEngine
from settings import Settings


@asynccontextmanager
async def engine_of(settings: Settings) -> AsyncGenerator[Engine]:
    """Make the engine that the settings choose, and close it at the end."""
    yield OfflineEngine()
