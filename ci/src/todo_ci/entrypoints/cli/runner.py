"""Run a verb as a process: arguments, tree, signals, output and exit code."""

import inspect
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import anyio
from cyclopts import App, CycloptsError, Parameter
from dotenv import dotenv_values, load_dotenv

from todo_ci.adapters.host.context import find_root, open_project
from todo_ci.adapters.host.git import read_tree
from todo_ci.core.working_tree import WorkingTree
from todo_ci.entrypoints import options
from todo_ci.entrypoints.cli.defaults import Defaults
from todo_ci.entrypoints.cli.terminal import show
from todo_ci.entrypoints.next_commands import FrontEnd, in_words_of
from todo_ci.environments import names, target
from todo_ci.errors import InputError, PipelineError
from todo_ci.project.release_file import FILE
from todo_ci.reports.report import Check, Report

# Set by `./do`, which is what its caller can type again.
CALLED_AS = "TODO_CI_CALLED_AS"
FAILED = 1
BAD_USAGE = NO_ANSWER = 2


class Format(StrEnum):
    """Choose how a result is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Checkout:
    """Hold the repository a command is run in.

    Args:
        root: its directory.
        tree: its commit, or the given one.
    """

    root: Path
    tree: WorkingTree

    @classmethod
    def here(cls, commit: str = "") -> "Checkout":
        """Read the repository around the current directory."""
        root = find_root(Path.cwd())
        open_project(root)
        return cls(root, read_tree(root).at(commit))

    def registry(self, env: str, given: str) -> str:
        """Return the registry: the given one, else the environment's, else GitHub's."""
        return self.tree.registry(given or target(env).registry)


def overlay_text(path: str) -> str:
    """Read a file of further chart values; nothing for an empty path.

    Raises:
        InputError: when it cannot be read.
    """
    try:
        return Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"--values: cannot read {path}: {error}",
            accepted="a YAML file of chart values",
            next_step="see the chart's values.yaml for what can be set",
        ) from None


def launch(app: App, argv: Sequence[str] | None = None) -> int:
    """Parse the arguments, run the verb, print its result.

    Returns:
        0 when all went well, 1 when the verb failed, 2 for arguments it does not take, and 128
        and the signal's number when it was interrupted.
    """
    # Outside a clone the verb says so; --help works anywhere.
    with suppress(InputError):
        root = find_root(Path.cwd())
        _read_defaults(root / ".env")
        open_project(root)
        app.help_epilogue = f"Environments of {FILE}: {', '.join(names())}."

    if app.meta.default_command is None:
        _take_format(app)
    try:
        code = app.meta(argv, exit_on_error=False, print_error=True, result_action="return_value")
        return code or 0
    except CycloptsError:
        return BAD_USAGE


def _read_defaults(file: Path) -> None:
    """Let the environment hold what a clone's .env says; what is set already wins."""
    Defaults.own = frozenset(dotenv_values(file))
    load_dotenv(file)


def _take_format(app: App) -> None:
    """Give every verb --format and --report-only, which are no arguments of the verb itself."""

    @app.meta.default
    def run(  # pyright: ignore[reportUnusedFunction]
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        format: Annotated[Format, Parameter(help="How the result is printed.")] = Format.TABLE,
        report_only: options.ReportOnly = False,
    ) -> int:
        command, bound, _ = app.parse_args(tokens, exit_on_error=False, print_error=True)
        if not inspect.iscoroutinefunction(command):
            command(*bound.args, **bound.kwargs)
            return 0
        verb = partial(command, *bound.args, **bound.kwargs)
        called = {"verb": command.__name__, "environment": bound.arguments.get("env", "")}
        # Where a failure is an answer, to get none is told apart from it.
        stopped = NO_ANSWER if bound.arguments.get("exit_code") else FAILED
        return _finish(verb, format, called, stopped=stopped, report_only=report_only)


def _finish(
    verb: Callable[[], Awaitable[Any]],
    format: Format,
    called: Mapping[str, str],
    *,
    stopped: int,
    report_only: bool,
) -> int:
    worded = partial(in_words_of, FrontEnd.COMMAND)
    try:
        worded = partial(in_words_of, _front_end(), **called)
        result, number = anyio.run(_until_signalled, verb)
    except PipelineError as error:
        print(worded(error.text()), file=sys.stderr)
        if not report_only:
            return stopped
        result, number = Report(called["verb"], (Check.of_error(called["verb"], error),)), 0
    if number:
        print("interrupted: the steps under way were ended", file=sys.stderr)
        return 128 + number
    if format is Format.TABLE and sys.stdout.isatty():
        show(result, worded=worded)
    else:
        print(worded(getattr(result, format.value)()))
    return 0 if report_only or getattr(result, "passed", True) else FAILED


def _front_end() -> FrontEnd:
    """Return the front end that was called.

    Raises:
        InputError: where the variable that says so names none.
    """
    called_as = os.environ.get(CALLED_AS) or FrontEnd.COMMAND
    if called_as in set(FrontEnd):
        return FrontEnd(called_as)
    raise InputError(
        f"{CALLED_AS}={called_as!r} names no way to call the pipeline",
        accepted=", ".join(repr(it.value) for it in FrontEnd),
        next_step=f"unset {CALLED_AS}: ./do sets it by itself",
    )


async def _until_signalled(verb: Callable[[], Awaitable[Any]]) -> tuple[Any, int]:
    """Run a verb; INT and TERM cancel it, so that it ends its steps and gives its lock back."""
    result: Any = None
    received = 0
    # Before the verb begins: a signal that comes first thing must not end it untidily.
    with (
        anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals,
        anyio.CancelScope() as scope,
    ):

        async def listen() -> None:
            nonlocal received
            async for number in signals:
                received = int(number)
                scope.cancel()

        try:
            async with anyio.create_task_group() as group:
                group.start_soon(listen)
                result = await verb()
                group.cancel_scope.cancel()
        except BaseExceptionGroup as errors:
            # A task group wraps even one error; a person wants that one.
            if len(errors.exceptions) == 1:
                raise errors.exceptions[0] from None
            raise
    return result, received
