"""JSON that others send: an object, or nothing that counts."""

import json
from typing import Any, cast


def read_object(text: bytes | str) -> dict[str, Any]:
    """Read an object; anything else, and text that is no JSON, is an empty one."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
