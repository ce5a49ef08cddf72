"""Spans continue the trace they should, and events carry it."""

import httpx
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.dapr_client import DaprClient
from services.telemetry import tracing
from tests.spans import parent_of, record_spans, trace_of

TRACE = "0af7651916cd43dd8448eb211c80319c"
ORIGIN = f"00-{TRACE}-b7ad6b7169203331-01"
OTHER = "00-11111111111111111111111111111111-2222222222222222-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return record_spans()


def test_outside_of_a_span_there_is_no_trace() -> None:
    assert tracing.traceparent() is None
    assert tracing.ids() is None
    assert tracing.headers() == {}


def test_what_an_event_carries_is_the_step_that_made_it(spans: InMemorySpanExporter) -> None:
    with tracing.span("outbox insert"):
        carried = tracing.traceparent()
        found = tracing.ids()
    assert found is not None
    assert (carried or "").startswith(f"00-{found[0]}-{found[1]}-")
    assert [span.name for span in spans.get_finished_spans()] == ["outbox insert"]


def test_one_event_alone_is_published_in_its_own_trace(spans: InMemorySpanExporter) -> None:
    with tracing.publishing("task-events", [ORIGIN]):
        pass
    (span,) = spans.get_finished_spans()
    assert f"{trace_of(span):032x}" == TRACE
    assert f"{parent_of(span):016x}" == "b7ad6b7169203331"


def test_several_events_share_a_span_that_links_to_each(spans: InMemorySpanExporter) -> None:
    with tracing.publishing("task-events", [ORIGIN, OTHER, None, "nonsense"]):
        pass
    (span,) = spans.get_finished_spans()
    assert parent_of(span) is None
    assert [f"{link.context.trace_id:032x}" for link in span.links] == [TRACE, "1" * 32]


def test_an_event_is_consumed_in_the_trace_it_began_in(spans: InMemorySpanExporter) -> None:
    with tracing.span("request of somebody else"), tracing.consuming("task-events", ORIGIN):
        pass
    consumed, request = spans.get_finished_spans()
    assert f"{trace_of(consumed):032x}" == TRACE
    assert [link.context.trace_id for link in consumed.links] == [trace_of(request)]


def test_delivered_by_a_sidecar_that_traces_it_stays_below_the_sidecar(
    spans: InMemorySpanExporter,
) -> None:
    with tracing.span("delivery"):
        carried = tracing.traceparent()
        with tracing.consuming("task-events", carried):
            pass
    consumed, delivery = spans.get_finished_spans()
    assert delivery.context is not None
    assert parent_of(consumed) == delivery.context.span_id
    assert consumed.links == ()


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", "00-0-0-00"])
def test_an_event_without_a_trace_is_consumed_all_the_same(
    traceparent: str | None, spans: InMemorySpanExporter
) -> None:
    with tracing.consuming("task-events", traceparent):
        pass
    assert len(spans.get_finished_spans()) == 1


async def test_the_sidecar_is_told_which_trace_calls_it(spans: InMemorySpanExporter) -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("traceparent"))
        return httpx.Response(200, json={})

    async with DaprClient(3500, httpx.MockTransport(answer)) as client:
        with tracing.publishing("task-events", [ORIGIN]):
            await client.metadata()
        await client.metadata()
    (span,) = spans.get_finished_spans()
    assert span.context is not None
    assert seen == [f"00-{TRACE}-{span.context.span_id:016x}-01", None]
