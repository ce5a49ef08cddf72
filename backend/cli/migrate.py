"""`todo migrate`: bring the database to this build's schema; safe to run twice."""

import argparse

import anyio

from cli.database import unavailable
from database import Database
from errors import DatabaseUnavailable
from migrations.runner import upgrade
from services.backfill import fill
from services.logger import configure_logging, get_logger
from settings import load_settings

_log = get_logger("cli")


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take none."""


def run(_arguments: argparse.Namespace) -> int:
    """Bring the database to this build's schema."""
    settings = load_settings()
    configure_logging(settings.log_level)
    url = settings.database_url.get_secret_value()
    try:
        head = upgrade(url)
        filled = anyio.run(_fill, url)
    except DatabaseUnavailable as error:
        raise unavailable(url, error) from error
    _log.info("the schema is at %s", head)
    if filled:
        _log.info("brought %s tasks of an older release up to date", filled)
    return 0


async def _fill(url: str) -> int:
    database = Database(url)
    try:
        return await fill(database)
    finally:
        await database.close()
