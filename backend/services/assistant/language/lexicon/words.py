"""Words as they are compared: base forms, small typos, words that say nothing."""

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache

from services.assistant.language.lexicon.vocabulary import FUNCTION, IRREGULAR, UNCHANGED

_TOKEN = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*")
_POSSESSIVE = re.compile(r"'s$|s'$|'$")
# One message compares its words with those of all titles, many times. Bounded: words are anybody's.
_remembered = lru_cache(maxsize=2048)
_compared = lru_cache(maxsize=32_768)


@_remembered
def tokens(text: str) -> Sequence[str]:
    """Return the words of a text in lower case, possessive endings and quotes left out."""
    plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    found = (_POSSESSIVE.sub("", word.strip("'.-")) for word in _TOKEN.findall(plain))
    return tuple(word for word in found if word)


@_remembered
def content(text: str) -> Sequence[str]:
    """Return the words that say which task is meant; all of them when none does."""
    words = tokens(text)
    return tuple(word for word in words if word not in FUNCTION) or words


@_compared
def base(word: str) -> str:
    """Return what the forms of one word share: booked, booking and books are `book`.

    Cruder than a stemmer of a library, and made for one thing: both sides of a comparison go
    through it. The best known one imports 33 languages, half a second at each start.
    """
    word = IRREGULAR.get(word, word)
    if len(word) <= 3 or not word.isalpha():
        return word
    for ending in ("ing", "ied", "ies", "ed", "es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 2 and any(vowel in stem for vowel in "aeiouy"):
            if ending == "s" and stem.endswith(("s", "u", "i")):
                break
            if ending in ("ied", "ies"):
                return stem + "i"
            if (
                ending in ("ing", "ed")
                and len(stem) > 3
                and stem[-1] == stem[-2]
                and stem[-1] not in "ls"
            ):
                stem = stem[:-1]
            return _end(stem)
    return _end(word)


def _end(stem: str) -> str:
    if len(stem) > 3 and stem.endswith("e"):
        stem = stem[:-1]
    if len(stem) > 2 and stem.endswith("y"):
        stem = stem[:-1] + "i"
    return stem


def is_past(word: str) -> bool:
    """Tell whether a word can say that something was done: bought, booked, read."""
    return word in IRREGULAR or word in UNCHANGED or (len(word) > 3 and word.endswith("ed"))


def is_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))


@_compared
def alike(one: str, two: str) -> bool:
    """Tell whether two words are forms of one."""
    return one == two or base(one) == base(two)


@_compared
def is_typo(said: str, meant: str) -> bool:
    """Tell whether one word is the other with a letter missing, added, changed or misplaced.

    Only of words that are long enough: "plan" is no typo of "plant", nor "report" of "resort".
    """
    if said[:1] != meant[:1] or not said.isalpha():
        return False
    if said.endswith("ing") and not meant.endswith("ing"):
        meant += "ing"
    shorter, longer = sorted((len(said), len(meant)))
    if sorted(said) == sorted(meant):
        # Two letters that changed places.
        return shorter >= 4 and sum(a != b for a, b in zip(said, meant, strict=True)) <= 3
    if shorter < 5 or longer - shorter > 1:
        return False
    # Nine words of ten end here: so many letters apart, the ratio below is too small.
    if len(set(said) ^ set(meant)) > 0.3 * longer + 1:
        return False
    ratio = difflib.SequenceMatcher(None, said, meant, autojunk=False).ratio()
    return ratio >= (0.85 if longer == shorter else 0.9)
