"""The labelled sentences, as README.md describes them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent
INTENTS = ("add", "list", "complete", "rename", "delete", "due", "remind", "ask", "chat")


@dataclass(frozen=True)
class Step:
    """One sentence of a conversation and its label."""

    said: str
    expect: Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A conversation about a list of tasks, at one moment."""

    id: str
    intent: str
    now: datetime
    seeds: Sequence[Mapping[str, Any]]
    steps: Sequence[Step]

    @property
    def said(self) -> str:
        return " / ".join(step.said for step in self.steps)


def load(path: Path) -> list[Case]:
    """Read a file of sentences; their lists of tasks are in seeds.json, beside this module.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is not as README.md says, with its number.
    """
    seeds = json.loads((FOLDER / "seeds.json").read_text("utf-8"))
    cases: list[Case] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            cases.append(read(json.loads(line), seeds))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path}:{number}: {type(error).__name__} {error}") from error
    return cases


def read(item: Mapping[str, Any], seeds: Mapping[str, Any]) -> Case:
    """Read one line; raise KeyError, TypeError or ValueError when it is not as README.md says."""
    steps = item.get("turns") or [{"said": item["said"], "expect": item["expect"]}]
    now = datetime.fromisoformat(item["now"]).replace(tzinfo=ZoneInfo(item["zone"]))
    if item["intent"] not in INTENTS:
        raise ValueError(f"intent {item['intent']!r}")
    return Case(
        id=item["id"],
        intent=item["intent"],
        now=now,
        seeds=seeds[item["tasks"]],
        steps=[Step(step["said"], step["expect"]) for step in steps],
    )


def normalise(text: str | None) -> str:
    """Return the form in which titles and descriptions are compared."""
    plain = re.sub(r"[\u2018\u2019\u201c\u201d\"`]", "'", text or "").casefold()
    plain = re.sub(r"^[\W_]+|[\W_]+$", "", re.sub(r"\s+", " ", plain))
    return re.sub(r"^(?:a|an|the) ", "", plain)
