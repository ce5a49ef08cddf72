"""Log tests' own tools in to a registry, with nothing of it in an argument list or on a disk."""

import base64
import json
import os
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def authfile(address: str, user: str, password: str) -> Generator[str]:
    """Give the login of a registry as containers' tools read it, for as long as a block lasts.

    Other tests look for secrets left on disk meanwhile, so it is a file of this process's memory.

    Args:
        address: of the registry or of anything in it.
    """
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    text = json.dumps({"auths": {address.partition("/")[0]: {"auth": auth}}})
    with os.fdopen(os.memfd_create("registry-login"), "w") as file:
        file.write(text)
        file.flush()
        yield f"/proc/{os.getpid()}/fd/{file.fileno()}"
