"""A sentence with its quotes, titles, tags and dates set aside, so that patterns see its frame.

Each of them is one character of Unicode's private use area, of a range of its own: "move buy milk
to friday" is matched as "move T to D", whatever words are in the title.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.assistant.language.dates.grammar import When, find_dates
from services.assistant.language.lexicon.words import tokens

QUOTE, TITLE, DATE, TAG = "\ue000", "\ue100", "\ue200", "\ue300"
_RANGE = 0xFF
Q, T, D, H = (f"[{start}-{chr(ord(start) + _RANGE)}]" for start in (QUOTE, TITLE, DATE, TAG))
ANY = f"[{QUOTE}-{chr(ord(TAG) + _RANGE)}]"
Pattern = str | re.Pattern[str]
_PLAIN = str.maketrans(
    "\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}"
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{DOUBLE LOW-9 QUOTATION MARK}«»",
    "'''" + '"' * 5,
)
_QUOTED = re.compile(
    r'"([^"]+)"|(?<![^\s(\[:,])\'(?=\S)((?:[^\']|\'(?=\w))+)\'(?=[\s.,;:!?)\]]|$)|`([^`]+)`'
)
# "the may 8 concert", "for the friday meeting"; not "on the 3rd with …".
_DETERMINED = re.compile(r"(?:for |to |at |in |about )?(?:the|my|our|your|his|her|their) ")
_DETERMINER = re.compile(r"\b(?:the|an?|my|our|your|his|her|their) $")
_NOUN = re.compile(
    r" (?!(?:at|on|in|by|for|from|to|of|with|without|about|and|or|but|as|is|it|i|we|until|before"
    r"|after|please|pls|thanks|tag|tagged|label|labell?ed|note|remind|ping|alert|priority|high|low"
    r"|medium|normal|urgent|important|due|via)\b)[^\W\d_]"
)
_HASHTAG = re.compile(r"(?<![\w&])#([^\W\d_][\w-]*)")


@dataclass(eq=False)
class Sentence:
    """A message, twice: as it was written, and in lower case; masks stand at the same places.

    Args:
        raw, text: of the same length.
        masks: what each mask stands for, as it was written.
        named: the title that a mask of one names, as the task has it.
        dates: what each mask of a date says.
    """

    raw: str
    text: str
    masks: dict[str, str] = field(default_factory=dict[str, str])
    named: dict[str, str] = field(default_factory=dict[str, str])
    dates: dict[str, When] = field(default_factory=dict[str, When])

    @classmethod
    def read(cls, said: str, now: datetime, titles: Iterable[str] = ()) -> "Sentence":
        """Set aside what is quoted, titles that are named in full, tags and dates, in this order.

        Args:
            titles: of the tasks there are; none when the sentence makes a new one.
        """
        raw = re.sub(r"\s+", " ", said.translate(_PLAIN)).strip()
        sentence = cls(raw, _lower(raw))
        sentence._mask(QUOTE, [found.span() for found in _QUOTED.finditer(sentence.raw)])
        for title in sorted(titles, key=len, reverse=True):
            masks = sentence._mask(TITLE, sentence._mentions(title))
            sentence.named |= dict.fromkeys(masks, title)
        sentence._mask(TAG, [found.span() for found in _HASHTAG.finditer(sentence.text)])
        found = [
            when
            for when in find_dates(sentence.text, now)
            if titles or not _of_a_noun(sentence.text, when)
        ]
        masks = sentence._mask(DATE, [(when.start, when.end) for when in found])
        sentence.dates = dict(zip(masks, found, strict=True))
        return sentence

    @property
    def whole(self) -> "Piece":
        return Piece(self, 0, len(self.text))

    def of(self, raw: str, text: str) -> "Sentence":
        """Return a sentence of other words with the same masks."""
        return Sentence(raw, text, self.masks, self.named, self.dates)

    def shown(self, start: int, end: int) -> str:
        """Return a part as it was written."""
        return "".join(self.masks.get(char, char) for char in self.raw[start:end])

    def _mentions(self, title: str) -> list[tuple[int, int]]:
        words = tokens(title)
        # To look for each word takes no time; to compile a pattern of each title takes a second.
        if len(words) < 2 or not all(word in self.text for word in words):
            return []
        inner = r"[^\w\ue000-\ue3ff]+(?:(?:the|a|an|my) )?".join(map(re.escape, words))
        found = re.finditer(rf"(?<![\w'])(?:(?:the|a|an|my) )?{inner}(?![\w])", self.text)
        return [match.span() for match in found]

    def _mask(self, kind: str, spans: Sequence[tuple[int, int]]) -> list[str]:
        used = sum(ord(kind) <= ord(char) <= ord(kind) + _RANGE for char in self.masks)
        masks = [chr(ord(kind) + min(used + n, _RANGE)) for n in range(len(spans))]
        for mask, (start, end) in reversed(list(zip(masks, spans, strict=True))):
            written = self.shown(start, end)
            self.masks[mask] = written
            self.raw = self.raw[:start] + mask + self.raw[end:]
            self.text = self.text[:start] + mask + self.text[end:]
        return masks


@dataclass(frozen=True)
class Piece:
    """A part of a sentence."""

    sentence: Sentence
    start: int
    end: int

    @property
    def text(self) -> str:
        """The part in lower case, with masks."""
        return self.sentence.text[self.start : self.end]

    @property
    def written(self) -> str:
        """The part as it was written; a quote alone without its marks."""
        return _unquoted(self.shown) if re.fullmatch(Q, self.text) else self.shown

    @property
    def shown(self) -> str:
        """The part as it was written."""
        return self.sentence.shown(self.start, self.end)

    @property
    def words(self) -> list[str]:
        return re.findall(r"[\w']+", self.text)

    @property
    def dates(self) -> list[When]:
        """The dates in it, in order."""
        return [self.sentence.dates[char] for char in self.text if char in self.sentence.dates]

    @property
    def date(self) -> When | None:
        """The last date in it, which is the one something is moved to."""
        return self.dates[-1] if self.dates else None

    @property
    def tags(self) -> list[str]:
        """The hashtags in it."""
        return [self.sentence.masks[c].lstrip("#").lower() for c in self.text if _is(c, TAG)]

    @property
    def quotes(self) -> list[str]:
        """The quoted parts of it."""
        return [_unquoted(self.sentence.masks[char]) for char in self.text if _is(char, QUOTE)]

    @property
    def titles(self) -> list[str]:
        """The titles that are named in it in full."""
        return [self.sentence.named[char] for char in self.text if char in self.sentence.named]

    def __bool__(self) -> bool:
        return bool(self.text.strip(" .,;:!?-"))

    def part(self, start: int, end: int) -> "Piece":
        """Return the part between two places, counted from this one's start."""
        return Piece(self.sentence, self.start + start, self.start + end)

    def trimmed(self, chars: str = " .,;:!?-") -> "Piece":
        """Return the part without such characters at its ends."""
        text = self.text
        left = len(text) - len(text.lstrip(chars))
        return self.part(left, max(left, len(text.rstrip(chars))))

    def split(self, pattern: Pattern) -> "list[Piece]":
        """Return the parts between what matches."""
        cuts = [found.span() for found in re.finditer(pattern, self.text)]
        starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts)]
        return [self.part(a, b) for a, b in zip(starts, [*ends, len(self.text)], strict=True)]

    def without(self, pattern: str) -> "Piece":
        """Return a piece of a sentence of its own, in which what matches is left out."""
        parts = [(part.start, part.end) for part in self.split(pattern)]
        # Blanks are at the same places in both, so that both stay of one length.
        kept = [
            re.sub(" {2,}", " ", "".join(text[start:end] for start, end in parts))
            for text in (self.sentence.raw, self.sentence.text)
        ]
        return self.sentence.of(*kept).whole

    def match(self, pattern: Pattern) -> "Found | None":
        """Match at the start; patterns are of lower case."""
        found = re.match(pattern, self.text)
        return Found(self, found) if found else None

    def fullmatch(self, pattern: Pattern) -> "Found | None":
        found = re.fullmatch(pattern, self.text)
        return Found(self, found) if found else None

    def first_match(self, patterns: Iterable[re.Pattern[str]]) -> "Found | None":
        """Match the whole of it with the first of some patterns that does."""
        return next((found for each in patterns if (found := self.fullmatch(each))), None)

    @property
    def empty(self) -> "Piece":
        """A part of it in which nothing stands."""
        return self.part(0, 0)

    def search(self, pattern: Pattern) -> "Found | None":
        found = re.search(pattern, self.text)
        return Found(self, found) if found else None


@dataclass(frozen=True)
class Found:
    """A match in a piece, whose groups are pieces."""

    piece: Piece
    match: re.Match[str]

    def first(self, *names: str) -> Piece | None:
        """Return the first of some groups that took part in the match."""
        return next((part for name in names if (part := self.get(name)) is not None), None)

    def __getitem__(self, name: str) -> Piece:
        return self.piece.part(*self.match.span(name))

    def get(self, name: str) -> Piece | None:
        """Return a group, or None where it took no part in the match."""
        if name not in self.match.re.groupindex or self.match[name] is None:
            return None
        return self[name]

    @property
    def before(self) -> Piece:
        return self.piece.part(0, self.match.start())

    @property
    def after(self) -> Piece:
        return self.piece.part(self.match.end(), self.piece.end - self.piece.start)


def _of_a_noun(text: str, when: When) -> bool:
    """Tell the date of a noun from one of the sentence: "the may 8 concert"."""
    within = _DETERMINED.match(text[when.start : when.end])
    determined = within or _DETERMINER.search(text[: when.start])
    return bool(determined and not when.reading.instant and _NOUN.match(text[when.end :]))


def _is(char: str, kind: str) -> bool:
    return ord(kind) <= ord(char) <= ord(kind) + _RANGE


def _lower(text: str) -> str:
    # A few letters have a lower case of two characters: places must stay the same.
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _unquoted(text: str) -> str:
    return text[1:-1].strip()
