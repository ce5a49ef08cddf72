"""`todo openapi`: print the description of the API."""

import argparse
import json
import sys

from main import create_app
from settings import Settings


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take none."""


def run(_arguments: argparse.Namespace) -> int:
    """Print the description of the API."""
    app = create_app(Settings(environment="test"))
    json.dump(app.openapi(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0
