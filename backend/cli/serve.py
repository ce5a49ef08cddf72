"""`todo serve`: serve the API until told to stop."""

import argparse

import anyio

from cli.secrets import read
from main import create_app
from server import DrainingServer
from services.logger import configure_logging
from services.telemetry.tracing import configure_tracing
from settings import ConfigurationError, describe, load_process_settings, load_settings


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take none."""


def run(_arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    process = load_process_settings()
    configure_logging(process.log_level)
    settings = load_settings(anyio.run(read, process))
    if settings.events == "dapr" and settings.app_api_token is None:
        problem = "unset: with TODO_EVENTS=dapr, deliveries could not be told from anybody's calls"
        raise ConfigurationError(describe("APP_API_TOKEN", problem))
    configure_tracing(settings.otlp_endpoint is not None, settings.commit)
    DrainingServer(create_app(settings), settings).run()
    return 0
