"""A real HTTP server of a test's own, at an address of this machine."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], host: str = "127.0.0.1") -> Generator[str]:
    """Serve for as long as the block lasts; give the address."""
    with ThreadingHTTPServer((host, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://{host}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serving_folder(folder: Path, host: str = "127.0.0.1") -> Generator[tuple[str, list[int]]]:
    """Serve the files of a folder; give the address, and a list that each answer's code goes to."""
    answered: list[int] = []

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            answered.append(int(code))

        def log_message(self, format: str, *args: Any) -> None: ...

    with serving(Handler, host) as address:
        yield address, answered
