"""The spans a test made, as they would be exported."""

import secrets

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator


class _Ids(IdGenerator):
    """Leave the module `random` alone: Hypothesis takes any use of it for one of a strategy."""

    def generate_span_id(self) -> int:
        return secrets.randbits(64) or 1

    def generate_trace_id(self) -> int:
        return secrets.randbits(128) or 1


_exporter = InMemorySpanExporter()


def record_spans() -> InMemorySpanExporter:
    """Record the spans of this process from now on; a process has one provider for good."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        provider = TracerProvider(id_generator=_Ids())
        provider.add_span_processor(SimpleSpanProcessor(_exporter))
        trace.set_tracer_provider(provider)
    _exporter.clear()
    return _exporter


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def trace_of(span: ReadableSpan) -> int:
    return span.get_span_context().trace_id  # pyright: ignore[reportOptionalMemberAccess]
