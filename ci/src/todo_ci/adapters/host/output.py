"""What is printed to a person: it ends nothing, whoever reads it and however little."""

import os
from pathlib import Path
from typing import TextIO


def tell(text: str, stream: TextIO) -> None:
    """Print a text; signs that the stream has no code for are replaced."""
    encoding = stream.encoding or "utf-8"
    try:
        print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)
    except BrokenPipeError:
        # Whoever read has seen enough, as head has. Python would write the rest when it ends.
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
