r"""Text that people write: the patterns that it has to fit.

The patterns use what Rust, Python and JavaScript (with its flag `u`) read alike.
"""

import re
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

# Halves of surrogate pairs reach Python's strings from JSON, and nothing else takes them.
_BREAKS = re.compile(rf"[{_CONTROL}\uD800-\uDFFF]")
_SEEN = re.compile(rf"[^{_INKLESS}]")


def is_line(value: object) -> TypeGuard[str]:
    """Tell whether a value is one line of text with something to see in it."""
    return isinstance(value, str) and not _BREAKS.search(value) and bool(_SEEN.search(value))
