"""The stages of a verb as spans: `dagger call` and traces name each one, above what ran in it."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import anyio
from dagger import telemetry
from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, StatusCode


@dataclass(slots=True)
class _Verb:
    """Hold the stage that a verb is in.

    Args:
        task: the verb's own task; what goes on beside it, such as a Lease's renewal, is no stage.
        around: what the stages are below.
        stage: the one that goes on; None before the first.
    """

    task: int
    around: Context
    stage: Span | None = None


_verb: ContextVar["_Verb | None"] = ContextVar("stages_of", default=None)


@contextmanager
def staged() -> Generator[None]:
    """Let the lines of progress within be stages; the last one ends with the block."""
    verb = _Verb(anyio.get_current_task().id, context.get_current())
    entered = _verb.set(verb)
    outside = context.attach(verb.around)
    try:
        yield
    except BaseException as error:
        if verb.stage:
            verb.stage.set_status(StatusCode.ERROR, type(error).__name__)
        raise
    finally:
        if verb.stage:
            verb.stage.end()
        context.detach(outside)
        _verb.reset(entered)


def enter(line: str) -> None:
    """Begin the stage that a line of progress names, and end the one before.

    Args:
        line: such as ``upgrade: revision 7``, without secrets.
    """
    verb = _verb.get()
    if verb is None:
        return
    tracer = telemetry.get_tracer()
    if anyio.get_current_task().id != verb.task:
        tracer.start_span(line).end()
        return
    if verb.stage:
        verb.stage.end()
    verb.stage = tracer.start_span(line, verb.around)
    # Never detached by itself: a stage may begin in one function and end in another.
    context.attach(trace.set_span_in_context(verb.stage, verb.around))
