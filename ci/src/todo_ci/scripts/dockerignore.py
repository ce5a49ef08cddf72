"""Say what a .dockerignore leaves out of a build, by Docker's rules; imported by another program.

Standard library only. Of several lines that fit the last one counts, one with `!` takes back in,
and what is below a folder that is left out is left out too unless a later line takes it back.
"""

import posixpath
import re
from collections.abc import Sequence
from typing import NamedTuple


class _Line(NamedTuple):
    parts: "tuple[str, ...]"
    pattern: "re.Pattern[str]"
    takes_back: bool


class Dockerignore:
    """Hold the lines of a .dockerignore."""

    def __init__(self, text: str) -> None:
        """Read its text; raises re.error for a line that is no pattern."""
        written = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
        self._lines = [_read(it) for it in written if it and not it.startswith("#")]

    def leaves_out(self, path: str) -> bool:
        """Tell whether a path, below the context, is not sent to a build."""
        parts = path.split("/")
        here = ["/".join(parts[: end + 1]) for end in range(len(parts))]
        fitting = [it for it in self._lines if any(map(it.pattern.fullmatch, here))]
        return bool(fitting) and not fitting[-1].takes_back

    def reaches_below(self, folder: str) -> bool:
        """Tell whether a line may take something back in that is below a folder."""
        return any(it.takes_back and _reaches(it.parts, folder.split("/")) for it in self._lines)


def _read(line: str) -> _Line:
    takes_back = line.startswith("!")
    path = posixpath.normpath(line.removeprefix("!").strip() or "/").lstrip("/")
    return _Line(tuple(path.split("/")), re.compile(_expression(path), re.DOTALL), takes_back)


def _reaches(parts: "Sequence[str]", folder: "Sequence[str]") -> bool:
    for part, name in zip(parts, folder, strict=False):
        if "**" in part:
            return True
        if not re.fullmatch(_expression(part), name, re.DOTALL):
            return False
    return len(parts) > len(folder)


# `**` with the slash behind it, at the end and elsewhere; then what stands for itself.
_SPECIAL = re.compile(
    r"(?P<rest>\*\*/?\Z)|(?P<folders>\*\*/?)|(?P<name>\*)|(?P<one>\?)"
    r"|\\(?P<quoted>.)|(?P<set>[\[\]])|(?P<plain>[^\[\]])",
    re.DOTALL,
)
_MEANS = {"rest": ".*", "folders": "(?:.*/)?", "name": "[^/]*", "one": "[^/]"}


def _expression(pattern: str) -> str:
    made: list[str] = []
    inside = False
    for match in _SPECIAL.finditer(pattern):
        kind, text = match.lastgroup or "", match[match.lastgroup or 0]
        if kind == "set":
            inside = text == "["
            made.append(text)
        elif inside:
            # A set is written as an expression has it: [a-z], [^a-z].
            made.append(text if kind != "quoted" else re.escape(text))
        else:
            made.append(_MEANS.get(kind) or re.escape(text))
    return "".join(made)
