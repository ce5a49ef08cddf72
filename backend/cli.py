"""The operator's command: `todo serve`, `migrate`, `events`, `selfcheck`, `eval`, `openapi`."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import anyio

import cli_eval
import cli_events
import cli_selfcheck
from database import Database
from errors import DatabaseUnavailable
from main import create_app
from migrations.runner import upgrade
from server import DrainingServer
from services.dapr_client import DaprClient
from services.logger import configure_logging, get_logger
from services.secret_store import WAIT_SECONDS, read_secrets
from services.telemetry.tracing import configure_tracing
from settings import (
    ConfigurationError,
    ProcessSettings,
    Settings,
    describe,
    load_process_settings,
    load_selfcheck_settings,
    load_settings,
)

_log = get_logger("cli")


def serve() -> None:
    """Serve the API until told to stop."""
    process = load_process_settings()
    configure_logging(process.log_level)
    settings = load_settings(anyio.run(_secrets, process))
    if settings.events == "dapr" and settings.app_api_token is None:
        problem = "unset: with TODO_EVENTS=dapr, deliveries could not be told from anybody's calls"
        raise ConfigurationError(describe("APP_API_TOKEN", problem))
    configure_tracing(settings.otlp_endpoint is not None, settings.commit)
    DrainingServer(create_app(settings), settings).run()


async def _secrets(process: ProcessSettings, seconds: float = WAIT_SECONDS) -> dict[str, str]:
    async with DaprClient(process.dapr_http_port) as sidecar:
        return await read_secrets(process.secret_store, sidecar, seconds)


def migrate() -> None:
    """Bring the database to this build's schema; safe to run twice."""
    settings = load_settings()
    configure_logging(settings.log_level)
    url = settings.database_url.get_secret_value()
    try:
        head = upgrade(url)
    except DatabaseUnavailable as error:
        raise _away(url, error) from error
    _log.info("the schema is at %s", head)


def openapi() -> None:
    """Print the description of the API."""
    app = create_app(Settings(environment="test"))
    json.dump(app.openapi(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def events(arguments: argparse.Namespace) -> int:
    """Look at events on their way out, and send refused ones again."""
    # Beside a server whose sidecar is up since long, or is away: nothing to wait for.
    settings = load_settings(anyio.run(_secrets, load_process_settings(), 1))
    # What is printed is the answer, and may be read by a program.
    configure_logging("error")
    try:
        return anyio.run(_events, settings, arguments)
    except DatabaseUnavailable as error:
        raise _away(settings.database_url.get_secret_value(), error) from error


async def _events(settings: Settings, arguments: argparse.Namespace) -> int:
    database = Database(settings.database_url.get_secret_value())
    try:
        return await cli_events.run(database, arguments)
    finally:
        await database.close()


def selfcheck(arguments: argparse.Namespace) -> int:
    """Check the release from inside the cluster, one JSON line a check."""
    return anyio.run(cli_selfcheck.check, load_selfcheck_settings(), arguments.checks)


def evaluate(arguments: argparse.Namespace) -> int:
    """Score how well the assistant understands labelled sentences."""
    settings = load_settings()
    configure_logging("error")
    return anyio.run(cli_eval.score, settings, arguments)


def _away(url: str, error: DatabaseUnavailable) -> ConfigurationError:
    # The URL holds a password: only the place is named.
    place = urlsplit(url).hostname or urlsplit(url).path
    return ConfigurationError(
        describe("DATABASE_URL", f"cannot connect to {place} ({error.__cause__})")
    )


COMMANDS: dict[str, Callable[[], None]] = {"serve": serve, "migrate": migrate, "openapi": openapi}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 fine, 1 refused or failed, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="todo", description="Operate the todo backend.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__, description=command.__doc__)
    cli_events.add_arguments(
        commands.add_parser("events", help=events.__doc__, description=events.__doc__)
    )
    cli_selfcheck.add_arguments(
        commands.add_parser("selfcheck", help=selfcheck.__doc__, description=selfcheck.__doc__)
    )
    cli_eval.add_arguments(
        commands.add_parser("eval", help=evaluate.__doc__, description=evaluate.__doc__)
    )
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "events":
            return events(chosen)
        if chosen.command == "selfcheck":
            return selfcheck(chosen)
        if chosen.command == "eval":
            return evaluate(chosen)
        COMMANDS[chosen.command]()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
