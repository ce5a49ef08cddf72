"""The operator's command: `todo serve`, `migrate`, `events`, `selfcheck`, `eval`, `openapi`."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from settings import ConfigurationError

# The module of a verb is imported when that verb is called: the app with its libraries takes
# seconds on half a core, and `selfcheck`, which every verify waits for, needs none of it.
VERBS = {
    "serve": ("cli.serve", "Serve the API until told to stop."),
    "migrate": ("cli.migrate", "Bring the database to this build's schema; safe to run twice."),
    "openapi": ("cli.openapi", "Print the description of the API."),
    "events": ("cli.events", "Look at events on their way out, and send refused ones again."),
    "selfcheck": (
        "cli.selfcheck",
        "Check the release from inside the cluster, one JSON line a check.",
    ),
    "eval": ("cli.evaluate", "Score how well the assistant understands labelled sentences."),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code: 0 fine, 1 refused or failed, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        # What others wrote is shown as far as this terminal can, and never ends a command.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    given = sys.argv[1:] if arguments is None else list(arguments)
    parser = argparse.ArgumentParser(prog="todo", description="Operate the todo backend.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (module, text) in VERBS.items():
        verb = verbs.add_parser(name, help=text, description=text)
        if name in given[:1]:
            chosen = import_module(module)
            chosen.add_arguments(verb)
            verb.set_defaults(run=chosen.run)
    parsed = parser.parse_args(given)
    try:
        return parsed.run(parsed)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
