"""Keep secrets out of what is shown: every adapter masks the same traces."""

import base64
import re
from collections.abc import Callable, Iterable

MASK = "***"
_SHORTEST = 4
_LONG_WORD = 24
# What stands round a value in YAML and in JSON.
_WORDS = re.compile(r"""[\s"'{}\[\],]+""")


def needles(value: str) -> set[str]:
    """List the texts that give a secret away: itself, its base64, its URL password, its tokens."""
    stripped = value.strip()
    found = {value, stripped, *(base64.b64encode(v.encode()).decode() for v in (value, stripped))}
    _, scheme, rest = stripped.partition("://")
    if scheme and "@" in rest:
        found.add(rest.rpartition("@")[0].partition(":")[2])
    if "\n" in stripped or stripped.startswith("{"):
        # Tokens and keys of a kubeconfig, however it is written; shorter words and addresses are
        # needed in messages.
        words = _WORDS.split(stripped)
        found |= {word for word in words if len(word) >= _LONG_WORD and "://" not in word}
    return {needle for needle in found if len(needle) >= _SHORTEST}


def masker(values: Iterable[str], known: Iterable[str] = ()) -> Callable[[str], str]:
    """Make a function that replaces every trace of some secrets in a text.

    Args:
        values: the secrets.
        known: names that everybody sees. What is a part of one stays: a cluster's answers are full
            of them, and nobody could read these any more.
    """
    words = tuple(known)
    found = {n for value in values for n in needles(value) if not any(n in word for word in words)}
    # Longest first, or a part would be masked and leave the rest of the whole.
    ordered = sorted(found, key=len, reverse=True)

    def mask(text: str) -> str:
        for needle in ordered:
            text = text.replace(needle, MASK)
        return text

    return mask
