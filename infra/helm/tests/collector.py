"""A collector of traces: takes OTLP over HTTP, keeps the spans."""

import gzip
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PATIENCE = 120


@dataclass(frozen=True)
class Span:
    """Hold what the tests ask of a span; `made_by` is the library that made it."""

    name: str
    trace: str
    id: str
    parent: str
    made_by: str


@dataclass
class Collector:
    """Hold the address of a collector and what it was sent."""

    port: int
    spans: list[Span] = field(default_factory=list[Span])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self, trace: str, enough: Callable[[list[Span]], bool]) -> list[Span]:
        """Wait until the spans of a trace are enough, and return them."""
        until = time.monotonic() + PATIENCE
        found: list[Span] = []
        while time.monotonic() < until:
            found = [span for span in list(self.spans) if span.trace == trace]
            if enough(found):
                return found
            time.sleep(0.1)
        raise AssertionError(f"not enough spans of {trace}: {found}; all: {self.spans}")


@contextmanager
def serving() -> Generator[Collector]:
    """Serve a collector on this machine until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces", self.path
            collector.spans.extend(_spans(body))
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()


def _spans(body: bytes) -> list[Span]:
    return [
        Span(
            span.name,
            span.trace_id.hex(),
            span.span_id.hex(),
            span.parent_span_id.hex(),
            library.scope.name,
        )
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for library in resource.scope_spans
        for span in library.spans
    ]
