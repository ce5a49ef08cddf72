"""Run a verb as a process: arguments, tree, signals, output and exit code."""

import inspect
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import anyio
from cyclopts import App, CycloptsError, Parameter

from todo_ci.adapters.host.context import open_project
from todo_ci.adapters.host.output import tell
from todo_ci.entrypoints import help_texts, options
from todo_ci.entrypoints.cli.checkout import choose, root_of_call, take_defaults
from todo_ci.entrypoints.cli.terminal import show
from todo_ci.entrypoints.next_commands import FrontEnd, in_words_of, place_of
from todo_ci.environments import names
from todo_ci.errors import InputError, PipelineError
from todo_ci.project.release_file import FILE
from todo_ci.reports.page import page
from todo_ci.reports.report import Check, Report

# Set by `./do`, which is what its caller can type again.
CALLED_AS = "TODO_CI_CALLED_AS"
PROJECT = "TODO_CI_PROJECT"
FAILED = 1
BAD_USAGE = NO_ANSWER = 2


class Format(StrEnum):
    """Choose how a result is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


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
    if app.meta.default_command is None:
        _take_common(app)
    try:
        code = app.meta(argv, exit_on_error=False, print_error=True, result_action="return_value")
        return code or 0
    except CycloptsError:
        return BAD_USAGE


def _take_common(app: App) -> None:
    """Give every verb --project, --format and --report-only, which are no arguments of its own."""
    # The help names what the chosen tree has, so that has to be read first.
    app.meta.help_flags = []
    # No default arguments from the environment: PROJECT and FORMAT are anybody's variables.
    app.meta.config = ()

    @app.meta.default
    def run(  # pyright: ignore[reportUnusedFunction]
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        project: Annotated[str, Parameter(env_var=PROJECT, help=help_texts.PROJECT)] = "",
        format: Annotated[Format, Parameter(help="How the result is printed.")] = Format.TABLE,
        report_only: options.ReportOnly = False,
    ) -> int:
        choose(project)
        # Where there is no tree the verb says so; --help works anywhere.
        with suppress(InputError):
            root = root_of_call()
            take_defaults(root)
            open_project(root)
            app.help_epilogue = f"Environments of {FILE}: {', '.join(names())}."
        command, bound, _ = app.parse_args(tokens, exit_on_error=False, print_error=True)
        if not inspect.iscoroutinefunction(command):
            command(*bound.args, **bound.kwargs)
            return 0
        verb = partial(command, *bound.args, **bound.kwargs)
        called = {
            "verb": command.__name__,
            "environment": place_of(bound.arguments),
            "project": project,
        }
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
        tell(worded(error.text()), sys.stderr)
        if not report_only:
            return stopped
        result, number = Report(called["verb"], (Check.of_error(called["verb"], error),)), 0
    if number:
        tell("interrupted: the steps under way were ended", sys.stderr)
        return 128 + number
    if format is Format.TABLE and sys.stdout.isatty():
        show(result, worded=worded)
    else:
        html = format is Format.HTML
        text = page(result.blocks()) if html else getattr(result, format.value)()
        tell(worded(text), sys.stdout)
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
