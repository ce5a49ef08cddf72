"""Results of calls: rendered once, so that no further call needs the module again."""

from collections.abc import Callable, Coroutine, Mapping
from contextvars import ContextVar
from functools import wraps
from pathlib import PurePosixPath
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
    """Result of the tests, with what they left."""

    coverage: Annotated[
        dagger.File | None, Doc("The coverage they reached, where one of them keeps it.")
    ] = dagger.field()
    kept: Annotated[
        dagger.Directory, Doc("The files that release.toml has them keep, as COMPONENT/FILE.")
    ] = dagger.field()


@dagger.object_type
class PublishedImages(CallResult):
    """References of what was published, each as ``repository@sha256:…``."""

    backend: Annotated[str, Doc("The backend's image; empty without such a component.")] = (
        dagger.field()
    )
    frontend: Annotated[str, Doc("The frontend's image; empty without such a component.")] = (
        dagger.field()
    )
    chart: Annotated[str, Doc("The chart as an OCI artifact.")] = dagger.field()


@dagger.object_type
class Setup(CallResult):
    """Settings of a clone of one's own."""

    file: Annotated[dagger.File, Doc("The default arguments: export it as .env.")] = dagger.field()


@dagger.object_type
class BuiltImages(CallResult):
    """The images, as containers."""

    components: Annotated[list[str], Doc("The components of release.toml.")] = dagger.field()
    containers: Annotated[list[dagger.Container], Doc("The image of each of them.")] = (
        dagger.field()
    )

    @dagger.function
    def container(
        self, component: Annotated[str, Doc("A component of release.toml.")]
    ) -> dagger.Container:
        """Return the image of a component."""
        if component in self.components:
            return self.containers[self.components.index(component)]
        raise FunctionError(f"there is no component {component!r}: {', '.join(self.components)}")

    @dagger.function
    def backend(self) -> dagger.Container:
        """Return the backend's image."""
        return self.container("backend")

    @dagger.function
    def frontend(self) -> dagger.Container:
        """Return the frontend's image."""
        return self.container("frontend")


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


def kept(files: Mapping[str, bytes]) -> dagger.Directory:
    """Put the texts that steps left into a directory, to be handed out."""
    folder = dag.directory()
    for name, content in files.items():
        folder = folder.with_new_file(name, content.decode())
    return folder


def coverage(files: Mapping[str, bytes]) -> dagger.File | None:
    """Find the coverage among what steps left."""
    found = [name for name in files if PurePosixPath(name).name.startswith("coverage.")]
    return kept(files).file(found[0]) if found else None
