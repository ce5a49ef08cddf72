"""Requests through the gateway of https, as people's browsers send them."""

import http.client
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from load import Load

from . import ADDRESS, HOST


class _Connection(http.client.HTTPSConnection):
    """Connect to the gateway's address, and ask it to prove that it is the host."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(HOST, timeout=10, context=context)
        self._trusting = context

    def connect(self) -> None:
        # From its own address: a packet for it can never leave this machine.
        plain = socket.create_connection((ADDRESS, 443), 10, source_address=(ADDRESS, 0))
        self.sock = self._trusting.wrap_socket(plain, server_hostname=HOST)


@dataclass
class SecureLoad(Load):
    """Ask over https, trusting the authorities of a file."""

    store: Path = Path()

    def connect(self) -> http.client.HTTPConnection:
        return _Connection(ssl.create_default_context(cafile=str(self.store)))
