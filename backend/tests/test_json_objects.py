"""JSON that others send is an object, or counts for nothing; it never raises."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.json_objects import MAX_CHARACTERS, read_object

DEEP = 100


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"[]", b"null", b"\xff", b"[" * 1_000_000, b'{"a":' * 300_000, '{"a": "\ud800"}',
        b'{"a": "\\ud800"}', b'{"a": ' + b"9" * 10_000 + b"}", b'{"a": NaN}',
        b'{"a": "' + b"x" * MAX_CHARACTERS + b'"}', b"{" + b" " * MAX_CHARACTERS + b"}",
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_no_object_or_beyond_measure_is_an_empty_one(text: bytes | str) -> None:
    assert read_object(text) == {}


def test_what_an_event_may_be_is_read() -> None:
    nested: Any = 1
    for _ in range(DEEP):
        nested = {"a": [nested]} if _ % 2 else {"a": nested}
    wanted = {"text": "ä😀\u0000", "number": 2**53, "nested": nested}
    assert read_object(json.dumps(wanted)) == read_object(json.dumps(wanted).encode()) == wanted


@given(st.binary() | st.text() | st.text(alphabet='[]{}":,\\u0d89 1e', max_size=200))
def test_nothing_raises(text: bytes | str) -> None:
    assert isinstance(read_object(text), dict)
