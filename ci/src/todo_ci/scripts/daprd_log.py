"""Read what a sidecar wrote into its log: pure, standard library only.

Sent into a step's container beside the programs that use it. daprd writes one line an event, as
JSON (``log-as-json``) or as ``level=warning msg="..."``.
"""

import json
import re
from dataclasses import dataclass

_PLAIN = re.compile(r'\blevel=(\w+) msg="((?:[^"\\]|\\.)*)"')
_BAD = frozenset({"warning", "warn", "error", "fatal", "panic"})
_HEALTH = re.compile(r"App entered (un-)?healthy status")
# A broker's client names all topics it was to read, not the one that is not there.
_MISSING_TOPIC = re.compile(r"Error consuming \[([^\]]*)\]\. .*does not exist on this broker")
# Said by every sidecar that starts: true, and no reason for anything.
_USUAL = ("will be deprecated", "deprecation")
LONGEST = 500


@dataclass(frozen=True)
class Line:
    """Hold one line of a sidecar's log."""

    level: str
    message: str


def lines(log: str) -> "list[Line]":
    """Read the lines that are daprd's own."""
    return [line for line in map(_line, log.splitlines()) if line is not None]


def complaints(log: str) -> "list[str]":
    """Return what the sidecar complained of, each once, in its order."""
    said = (
        line.message[:LONGEST]
        for line in lines(log)
        if line.level in _BAD and not any(usual in line.message for usual in _USUAL)
    )
    return list(dict.fromkeys(said))


def reason(log: str) -> str:
    """Return the sidecar's last complaint: what it died of, where it died."""
    said = complaints(log)
    return said[-1] if said else ""


def app_is_unhealthy(log: str) -> str:
    """Return why the sidecar holds its app for unhealthy; empty where it does not."""
    said = [line.message for line in lines(log) if _HEALTH.match(line.message)]
    return said[-1][:LONGEST] if said and "un-healthy" in said[-1] else ""


def missing_topic(log: str) -> str:
    """Return why the sidecar reads no topic at all: one of them does not exist; empty otherwise."""
    said = [found[1] for line in lines(log) if (found := _MISSING_TOPIC.match(line.message))]
    names = ", ".join(said[-1].split()) if said else ""
    return f"one of these topics does not exist: {names}"[:LONGEST] if said else ""


def _line(text: str) -> "Line | None":
    if text.startswith("{"):
        try:
            value = json.loads(text)
            return Line(str(value["level"]), str(value["msg"]))
        except (ValueError, KeyError):
            return None
    found = _PLAIN.search(text)
    return Line(found[1], found[2].replace('\\"', '"')) if found else None
