"""Results of calls: rendered once, so that no further call needs the module again."""

from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

import dagger
from dagger import Doc, dag

# The one error that the library shows without a traceback; it is exported nowhere.
from dagger.mod._exceptions import FunctionError

from todo_ci.entrypoints.next_commands import FrontEnd, in_words_of
from todo_ci.errors import PipelineError
from todo_ci.reports.render import Renderable


@dagger.object_type
class CallResult:
    """Result of a call, for people, machines and job summaries."""

    table: Annotated[str, Doc("As text for a terminal.")] = dagger.field()
    json: Annotated[str, Doc("As JSON for machines.")] = dagger.field()
    markdown: Annotated[str, Doc("As Markdown for a job summary.")] = dagger.field()


@dagger.object_type
class Tests(CallResult):
    """Result of the tests, with the coverage they reached."""

    coverage: Annotated[dagger.File, Doc("The backend's coverage as XML.")] = dagger.field()


@dagger.object_type
class PublishedImages(CallResult):
    """References of what was published, each as ``repository@sha256:…``."""

    backend: Annotated[str, Doc("The backend's image.")] = dagger.field()
    frontend: Annotated[str, Doc("The frontend's image.")] = dagger.field()
    chart: Annotated[str, Doc("The chart as an OCI artifact.")] = dagger.field()


@dagger.object_type
class Setup(CallResult):
    """Settings of a clone of one's own."""

    file: Annotated[dagger.File, Doc("The default arguments: export it as .env.")] = dagger.field()


@dagger.object_type
class BuiltImages(CallResult):
    """Both images, as containers."""

    backend: Annotated[dagger.Container, Doc("The backend's image.")] = dagger.field()
    frontend: Annotated[dagger.Container, Doc("The frontend's image.")] = dagger.field()


# The call under way and what it is for: the next commands name them too.
_verb: ContextVar[str] = ContextVar("verb", default="")
_environment: ContextVar[str] = ContextVar("environment", default="")

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Verb = Callable[_P, Coroutine[Any, Any, _R]]


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


def rendered(result: Renderable) -> dict[str, str]:
    """Show a result, and render it in every way there is; raises as ``shown`` does."""
    table, json, markdown = map(_worded, (result.table(), result.json(), result.markdown()))
    if not getattr(result, "passed", True):
        raise FunctionError(table)
    print(table, flush=True)
    return {"table": table, "json": json, "markdown": markdown}


def _worded(text: str) -> str:
    return in_words_of(FrontEnd.DAGGER, text, _environment.get(), _verb.get())


def _told(run: _Verb[_P, _R]) -> _Verb[_P, _R]:
    """Let what a person can act on end the call with its text alone."""

    @wraps(run)
    async def telling(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        _verb.set(run.__name__)
        _environment.set(str(kwargs.get("env", "")))
        try:
            return await run(*args, **kwargs)
        except PipelineError as error:
            raise FunctionError(_worded(error.text())) from None

    return telling


def text_file(content: bytes, name: str = "coverage.xml") -> dagger.File:
    """Make a file of text that a step left, to be handed out."""
    return dag.directory().with_new_file(name, content.decode()).file(name)
