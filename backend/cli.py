"""The operator's command: `todo serve`, `todo migrate`, `todo openapi`."""

import argparse
import json
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from errors import DatabaseUnavailable
from main import create_app
from migrations.runner import upgrade
from server import DrainingServer
from services.logger import configure_logging, get_logger
from settings import ConfigurationError, Settings, describe, load_settings

_log = get_logger("cli")


def serve() -> None:
    """Serve the API until told to stop."""
    settings = load_settings()
    configure_logging(settings.log_level)
    DrainingServer(create_app(settings), settings).run()


def migrate() -> None:
    """Bring the database to this build's schema; safe to run twice."""
    settings = load_settings()
    configure_logging(settings.log_level)
    url = settings.database_url.get_secret_value()
    try:
        head = upgrade(url)
    except DatabaseUnavailable as error:
        # The URL holds a password: only the place is named.
        place = urlsplit(url).hostname or urlsplit(url).path
        problem = f"cannot connect to {place} ({error.__cause__})"
        raise ConfigurationError(describe("DATABASE_URL", problem)) from error
    _log.info("the schema is at %s", head)


def openapi() -> None:
    """Print the description of the API."""
    app = create_app(Settings(environment="test"))
    json.dump(app.openapi(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


COMMANDS = {"serve": serve, "migrate": migrate, "openapi": openapi}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 fine, 1 wrong settings, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="todo", description="Operate the todo backend.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__, description=command.__doc__)
    try:
        COMMANDS[parser.parse_args(arguments).command]()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
