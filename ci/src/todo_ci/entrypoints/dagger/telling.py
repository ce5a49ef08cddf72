"""From what a verb found to what its call returns, or how it fails."""

import json
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextvars import ContextVar
from functools import wraps
from pathlib import PurePosixPath
from typing import Any, ParamSpec, TypeVar, cast, get_type_hints

import dagger
from dagger import dag
from dagger.mod._exceptions import FunctionError

from todo_ci.adapters.engine.stages import staged
from todo_ci.entrypoints.dagger.results import (
    CallResult,
    Checked,
    CheckOutcome,
    Differences,
    Listed,
    Released,
)
from todo_ci.entrypoints.next_commands import FrontEnd, in_words_of, place_of
from todo_ci.errors import InputError, PipelineError
from todo_ci.release.result import ReleaseResult
from todo_ci.reports.page import page
from todo_ci.reports.render import Renderable
from todo_ci.reports.report import Check, CheckStatus, Report

# The call under way and what it is for: the next commands name them too.
_verb: ContextVar[str] = ContextVar("verb", default="")
_environment: ContextVar[str] = ContextVar("environment", default="")
# The folder of another app that the call is about; "." is the whole of its clone.
_project: ContextVar[str] = ContextVar("project", default="")
# True where a failure is a result like any other.
_report_only: ContextVar[bool] = ContextVar("report_only", default=False)

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Verb = Callable[_P, Coroutine[Any, Any, _R]]


def about(project: str) -> None:
    """Let the next commands name another app, as --source and --project do."""
    _project.set(project or ".")


def cached(run: _Verb[_P, _R]) -> _Verb[_P, _R]:
    """Expose a verb whose result follows from its inputs, so that the engine may keep it."""
    return dagger.function(_told(run))


def uncached(run: _Verb[_P, _R]) -> _Verb[_P, _R]:
    """Expose a verb that reads or changes a registry or cluster: no cache may answer for it."""
    # `cache` is missing from the library's typed overloads.
    expose: Any = dagger.function
    return expose(_told(run), cache="never")


def shown(result: Renderable) -> CallResult:
    """Show a result, and return it rendered.

    Raises:
        FunctionError: when it did not pass. A failed call can return nothing, so all there is to
            know is in the message.
    """
    return CallResult(**rendered(result))


def checked(result: Renderable) -> Checked:
    """Show the result of checks; raises as ``shown`` does, unless --report-only was given."""
    return Checked(**_reported(result), checks=_outcomes(getattr(result, "checks", ())))


def released(result: ReleaseResult) -> Released:
    """Show the result of a release; raises as ``shown`` does, unless --report-only was given."""
    return Released(
        **_reported(result),
        checks=_outcomes(result.report.checks),
        verdict=result.verdict,
        revision=result.revision,
        nothing_to_do=result.nothing_to_do,
        serving=result.serving or 0,
        url=result.url,
    )


def compared(result: Renderable) -> Differences:
    """Show the result of a comparison; raises as ``checked`` does."""
    differs: bool = getattr(result, "differs", False)
    checks = _outcomes(getattr(result, "checks", ()))
    return Differences(**_reported(result), checks=checks, differs=differs)


def listed(result: Renderable) -> Listed:
    """Show a list, and return it rendered, as a page too."""
    return Listed(**rendered(result), html=_worded(page(result.blocks())))


def rendered(result: Renderable) -> dict[str, str]:
    """Show a result, and render it in every way there is; raises as ``shown`` does."""
    table, data, markdown = map(_worded, (result.table(), result.json(), result.markdown()))
    if not getattr(result, "passed", True) and not _report_only.get():
        raise FunctionError(table)
    print(table, flush=True)
    return {"table": table, "json": data, "markdown": markdown}


def _reported(result: Renderable) -> dict[str, Any]:
    texts = rendered(result)
    passed: bool = getattr(result, "passed", True)
    told = {"passed": passed, "table": texts["table"], "markdown": texts["markdown"]}
    return {**texts, "passed": passed, "report": json.dumps(told)}


def kept(files: Mapping[str, bytes]) -> dagger.Directory:
    """Put the texts that steps left into a directory, to be handed out.

    Raises:
        InputError: naming what is no text: a directory is given its files as texts alone.
    """
    folder = dag.directory()
    for name, content in files.items():
        try:
            folder = folder.with_new_file(name, content.decode())
        except UnicodeDecodeError:
            raise InputError(
                f"{name}, which a check keeps, is no text",
                accepted="a report as text, such as XML or JSON",
                next_step="take its keep out of release.toml, or let the check write another",
            ) from None
    return folder


def coverage(folder: dagger.Directory, names: Iterable[str]) -> dagger.File | None:
    """Find the coverage in a directory of what steps left, by the names of what is in it."""
    found = [name for name in names if PurePosixPath(name).name.startswith("coverage.")]
    return folder.file(found[0]) if found else None


def _outcomes(checks: Sequence[Check]) -> list[CheckOutcome]:
    return [
        CheckOutcome(
            name=check.name,
            verdict=check.status,
            seconds=check.seconds,
            evidence=_worded(check.evidence),
            next_step=_worded(check.next_step),
        )
        for check in checks
    ]


def _worded(text: str) -> str:
    return in_words_of(FrontEnd.DAGGER, text, _environment.get(), _verb.get(), _project.get())


def _told(run: _Verb[_P, _R]) -> _Verb[_P, _R]:
    """Let what a person can act on end the call with its text alone, or be its result."""
    returns = get_type_hints(run).get("return")

    @wraps(run)
    async def telling(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        _verb.set(run.__name__)
        _environment.set(place_of(kwargs))
        _report_only.set(bool(kwargs.get("report_only", False)))
        try:
            with staged():
                return await run(*args, **kwargs)
        except PipelineError as error:
            if _report_only.get():
                return cast("_R", _refused(error, returns))
            raise FunctionError(_worded(error.text())) from None

    return telling


def _refused(error: PipelineError, returns: Any) -> Checked:
    """Turn what ended a verb before it had a result into one."""
    report = Report(_verb.get(), (Check.of_error(_verb.get(), error),))
    if returns is Differences:
        return compared(report)
    if returns is not Released:
        return checked(report)
    failed = CheckStatus.FAILED
    return released(ReleaseResult(_verb.get(), _environment.get(), failed, report))
