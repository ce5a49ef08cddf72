r"""Text that people write: the patterns it has to fit, and the forms in which it is compared.

The patterns use what Rust, Python and JavaScript (with its flag `u`) read alike.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import TypeGuard

# What ends a line for some reader, and what no terminal shows: the control characters (C0, DEL, C1,
# of which U+0085 is a line's end) and Unicode's own separators of lines and paragraphs.
_CONTROL = r"\x00-\x1F\x7F-\x9F\u2028\u2029"
# What has no ink beside blanks: Unicode's Default_Ignorable_Code_Point (zero widths, fillers,
# directions, variants), and the Braille pattern without a dot.
_IGNORABLE = (
    r"\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E"
    r"\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INKLESS = rf"\s{_CONTROL}{_IGNORABLE}\u2800"

# PostgreSQL stores no NUL character at all.
TEXT = r"^[^\x00]*$"
# Text with something to see in it.
SAID = rf"^[^\x00]*[^{_INKLESS}][^\x00]*$"
# One line of such text.
LINE = rf"^[^{_CONTROL}]*[^{_INKLESS}][^{_CONTROL}]*$"

# The fields of a task that hold text: they are searched, and their bytes are counted.
WRITTEN = ("title", "description")

# Halves of surrogate pairs reach Python's strings from JSON, and nothing else takes them.
_BREAKS = re.compile(rf"[{_CONTROL}\uD800-\uDFFF]")
_IGNORED = re.compile(rf"[{_IGNORABLE}]")
_SEEN = re.compile(rf"[^{_INKLESS}]")


def is_line(value: object) -> TypeGuard[str]:
    """Tell whether a value is one line of text with something to see in it."""
    return isinstance(value, str) and not _BREAKS.search(value) and bool(_SEEN.search(value))


def fold(text: str) -> str:
    """Return the form in which text is searched: no case, one form of each letter, no zero widths.

    Unicode's toNFKC_Casefold; and the dot that the fold of a Turkish İ leaves on its i is dropped,
    so that "istanbul" finds it. Folding twice changes nothing.
    """
    plain = _IGNORED.sub("", unicodedata.normalize("NFD", text))
    once = unicodedata.normalize("NFKC", plain.casefold())
    folded = _IGNORED.sub("", unicodedata.normalize("NFKC", once.casefold()))
    return folded.replace("i\u0307", "i")


def search_text(*texts: str | None) -> str:
    """Return the folded texts of a task; what is looked for never spans two of them."""
    return "\n".join(fold(text) for text in texts if text)


def one_blank(text: str) -> str:
    """Return text with one blank between its words and none around them."""
    return " ".join(text.split())


def tag_key(tag: str) -> str:
    """Return the form in which tags are the same tag: no case, one form of each letter."""
    decomposed = unicodedata.normalize("NFD", one_blank(tag))
    return unicodedata.normalize("NFC", decomposed.casefold())


def unique_tags(tags: Iterable[str]) -> list[str]:
    """Return each tag once, in the order and the spelling in which they come first."""
    found: dict[str, str] = {}
    for tag in tags:
        found.setdefault(tag_key(tag), one_blank(tag))
    return list(found.values())
