"""What a verb says is a span while it goes on, above what runs in it, and ends in time."""

import anyio
import anyio.lowlevel
import pytest
from dagger import telemetry
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from todo_ci.adapters.engine import stages


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Keep the spans that have ended."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(telemetry, "get_tracer", lambda: provider.get_tracer("tests"))
    return kept


def names(kept: InMemorySpanExporter) -> list[str]:
    return [span.name for span in kept.get_finished_spans()]


def parent(kept: InMemorySpanExporter, name: str) -> str | None:
    spans = {span.name: span for span in kept.get_finished_spans()}
    above = spans[name].parent
    return above and next(it.name for it in spans.values() if _id(it) == above.span_id)


def _id(span: ReadableSpan) -> int | None:
    return span.context and span.context.span_id


async def query(name: str) -> None:
    """Stand for a call to the engine, which is below the span that is current."""
    await anyio.lowlevel.checkpoint()
    telemetry.get_tracer().start_span(name).end()


async def upgrade() -> None:
    stages.enter("upgrade: revision 7")
    await query("helm")


async def test_a_stage_goes_on_until_the_next_begins(ended: InMemorySpanExporter) -> None:
    with stages.staged():
        stages.enter("preflight")
        await query("kubectl")
        await upgrade()
        await query("labels")
        assert names(ended) == ["kubectl", "preflight", "helm", "labels"]
    assert names(ended)[-1] == "upgrade: revision 7"
    below = {name: parent(ended, name) for name in names(ended)}
    assert below == {
        "kubectl": "preflight",
        "preflight": None,
        "helm": "upgrade: revision 7",
        "labels": "upgrade: revision 7",
        "upgrade: revision 7": None,
    }


async def test_what_goes_on_beside_the_verb_ends_no_stage(ended: InMemorySpanExporter) -> None:
    async def renew() -> None:
        stages.enter("lock: renewed")

    with stages.staged():
        stages.enter("verify")
        async with anyio.create_task_group() as beside:
            beside.start_soon(renew)
        assert names(ended) == ["lock: renewed"]
    assert names(ended) == ["lock: renewed", "verify"]


async def test_what_fails_is_marked_and_ends(ended: InMemorySpanExporter) -> None:
    async def verb() -> None:
        with stages.staged():
            stages.enter("preflight")
            stages.enter("upgrade")
            await anyio.lowlevel.checkpoint()
            raise ValueError("no such revision")

    with pytest.raises(ValueError, match="no such"):
        await verb()
    status = {span.name: span.status.is_ok for span in ended.get_finished_spans()}
    assert status == {"preflight": True, "upgrade": False}
    assert trace.get_current_span() is trace.INVALID_SPAN


async def test_outside_of_a_verb_nothing_is_a_stage(ended: InMemorySpanExporter) -> None:
    stages.enter("preflight")
    assert names(ended) == []
