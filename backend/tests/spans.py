"""The spans a test made, as they would be exported."""

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

_exporter = InMemorySpanExporter()


def record_spans() -> InMemorySpanExporter:
    """Record the spans of this process from now on; a process has one provider for good."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(_exporter))
        trace.set_tracer_provider(provider)
    _exporter.clear()
    return _exporter


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def trace_of(span: ReadableSpan) -> int:
    return span.get_span_context().trace_id  # pyright: ignore[reportOptionalMemberAccess]
