"""Traces (OpenTelemetry, W3C Trace Context): one from the request to the last consumer.

Spans leave the process only where OTEL_EXPORTER_OTLP_ENDPOINT names a collector. Without one they
still have ids, for logs and events to carry, and record nothing.
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager

import anyio
import anyio.to_thread
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import Link, SpanContext, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

FLUSH_SECONDS = 3
_W3C = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("todo")


def configure_tracing(exported: bool, commit: str) -> None:
    """Give the process its spans; once, because every library then holds on to them.

    Args:
        exported: send spans where the standard OTEL_… variables say, sampled as they say.
        commit: the build, as the spans' service.version.
    """
    resource = Resource.create({"service.name": "todo-backend", "service.version": commit})
    if exported:
        # Imported only where it is used: its protobuf costs every start an eighth of a second.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider = TracerProvider(resource=resource)
        provider.add_span_processor(_WithoutQuery())
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=FLUSH_SECONDS)))
    else:
        provider = TracerProvider(resource=resource, sampler=ParentBased(ALWAYS_OFF))
    trace.set_tracer_provider(provider)


async def flush() -> None:
    """Send the spans that still wait; a collector that is away holds nobody up for long."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        with anyio.move_on_after(FLUSH_SECONDS):
            # Its own timeout counts for each of several batches.
            await anyio.to_thread.run_sync(provider.force_flush, abandon_on_cancel=True)


def ids() -> tuple[str, str] | None:
    """Return trace id and span id of what runs now, as logs write them."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id)


def headers() -> dict[str, str]:
    """Return the headers that let the one who is called continue this trace."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier


def traceparent() -> str | None:
    """Return this moment's place in its trace, for an event to carry."""
    return headers().get("traceparent")


@contextmanager
def span(name: str, attributes: Mapping[str, str] | None = None) -> Generator[None]:
    """Surround a step of what runs now."""
    with _tracer.start_as_current_span(name, attributes=attributes):
        yield


@contextmanager
def publishing(topic: str, traceparents: Iterable[str | None]) -> Generator[None]:
    """Surround the publishing of events that began in the given traces.

    One event alone continues its own trace; several share one span, which links to each of them.
    """
    origins = [context for text in traceparents if (context := _context(text)).is_valid]
    alone = len(origins) == 1
    with _tracer.start_as_current_span(
        f"publish {topic}",
        context=_remote(origins[0]) if alone else Context(),
        kind=SpanKind.PRODUCER,
        links=() if alone else [Link(origin) for origin in origins],
        attributes={"messaging.destination.name": topic},
    ):
        yield


@contextmanager
def consuming(topic: str, traceparent: str | None) -> Generator[None]:
    """Surround the handling of one event, in the trace that it began in."""
    origin = _context(traceparent)
    current = trace.get_current_span().get_span_context()
    # Delivered by the sidecar, the request is in the event's trace already, below the sidecar.
    stays = current.trace_id == origin.trace_id or not origin.is_valid
    with _tracer.start_as_current_span(
        f"consume {topic}",
        context=None if stays else _remote(origin),
        kind=SpanKind.CONSUMER,
        links=() if stays or not current.is_valid else [Link(current)],
        attributes={"messaging.destination.name": topic},
    ):
        yield


def failed(reason: str) -> None:
    """Mark the span of what runs now as failed."""
    trace.get_current_span().set_status(StatusCode.ERROR, reason)


def _context(traceparent: str | None) -> SpanContext:
    carrier = {} if traceparent is None else {"traceparent": traceparent}
    return trace.get_current_span(_W3C.extract(carrier, Context())).get_span_context()


def _remote(context: SpanContext) -> Context:
    return trace.set_span_in_context(trace.NonRecordingSpan(context), Context())


class _WithoutQuery(SpanProcessor):
    """Keep what people search for out of spans."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        if span.attributes and "url.query" in span.attributes:
            span.set_attribute("url.query", "REDACTED")

    def on_end(self, span: ReadableSpan) -> None:
        pass
