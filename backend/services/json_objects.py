"""JSON that others send: an object, or nothing that counts."""

from typing import Any, cast

from pydantic_core import from_json

# Twice what Kafka takes as one record; nothing longer gets past the limit of bodies.
MAX_CHARACTERS = 2 * 1024 * 1024


def read_object(text: bytes | str) -> dict[str, Any]:
    """Read an object; anything else, and text that is no JSON, is an empty one.

    Never raises, whatever the text: the parser bounds how deep it goes and how many digits it
    reads, and takes no half of a surrogate pair, which nothing could store.
    """
    if len(text) > MAX_CHARACTERS:
        return {}
    try:
        value: object = from_json(text, allow_inf_nan=False)
    # The latter for text that has no encoding, half of a surrogate pair.
    except (ValueError, TypeError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
