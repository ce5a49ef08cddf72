"""`todo eval`: how well an engine of the assistant understands labelled sentences."""

import argparse

import anyio

from services.assistant.engine_factory import create_engine
from services.logger import configure_logging
from settings import ConfigurationError, Settings, load_settings

ENGINES = ("offline", "cohere")
SETS = ("dev", "held-out", "traps", "fresh", "unseen", "kinds", "later", "last", "all")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `todo eval`."""
    parser.add_argument(
        "--set", choices=SETS, default="dev", help="which sentences (default: %(default)s)"
    )
    parser.add_argument(
        "--engine", choices=ENGINES, default="offline", help="which engine (default: %(default)s)"
    )
    parser.add_argument(
        "--failures", action="store_true", help="also list the sentences that went wrong"
    )


def run(arguments: argparse.Namespace) -> int:
    """Score an engine and return the exit code."""
    settings = load_settings()
    configure_logging("error")
    return anyio.run(score, settings, arguments)


async def score(settings: Settings, arguments: argparse.Namespace) -> int:
    """Score an engine, print a table by intent, and return the exit code."""
    # The sentences are no part of the image.
    try:
        from evaluation import report

        cases = report.sentences_of(arguments.set)
    except (ImportError, FileNotFoundError) as error:
        raise ConfigurationError(
            f"--set {arguments.set}: its sentences are not here ({error}). They come with the "
            "sources, in backend/evaluation. Next: todo eval --set dev, in a clone"
        ) from error
    except ValueError as error:
        raise ConfigurationError(f"{error}. Next: see backend/evaluation/README.md") from error
    if arguments.engine == "cohere" and settings.cohere_api_key is None:
        raise ConfigurationError(
            "--engine cohere: COHERE_API_KEY is unset. Next: export COHERE_API_KEY=KEY"
        )
    async with create_engine(settings.model_copy(update={"assistant": arguments.engine})) as engine:
        verdicts = [each async for each in report.judged(cases, engine)]
    if arguments.failures:
        for verdict in verdicts:
            if verdict.why or verdict.harm:
                print(report.failure(verdict))
    print(f"engine {arguments.engine}, set {arguments.set}")
    print(report.table(report.rows(verdicts)))
    return 0
