"""The most that the rules read of one message: each sentence and item is read in several ways."""

import re

from services.assistant.core.reading import Reason, Unread

CHARACTERS, SENTENCES, ITEMS = 1000, 20, 40
_SENTENCE_END = re.compile(r"(?<![\d.!?;…])[.!?;…]++\s++(?=\w)|\n++")
_ITEM_END = re.compile(r"[,;&/\n]|\band\b", re.I)


def check(said: str) -> None:
    """Refuse a message that says too much at once.

    Raises:
        Unread: with how much there is of what, and how much is read.
    """
    for what, count, most in (
        ("characters", len(said), CHARACTERS),
        ("sentences", 1 + len(_SENTENCE_END.findall(said.strip())), SENTENCES),
        ("items", 1 + len(_ITEM_END.findall(said)), ITEMS),
    ):
        if count > most:
            raise Unread(
                Reason.LONG,
                f"That is more than I read at once: {count:,} {what}, and I read up to {most:,}. "
                "Nothing was done; say it in several messages.",
            )
