"""Account for every word of a sentence by what is to be done about it.

What nothing accounts for may turn the meaning round: "all except the rent", "I almost paid it". So
it is a reason to ask, whichever reader left it out. Accounted for are: titles, quotes, tags and
dates that took effect, the words of the tasks meant and of what they become, the words around them
that a change of this kind has, and words that carry nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from schemas.memory import Call
from schemas.tasks import TaskRead
from services.assistant.language.dates.durations import DURATION, duration
from services.assistant.language.dates.grammar import When
from services.assistant.language.lexicon.frames import BECAME, DONE, FRAMES, NOTHING, PLACES
from services.assistant.language.lexicon.vocabulary import LEVELS, VERBS
from services.assistant.language.lexicon.words import base, content, is_past, tokens
from services.assistant.language.new_titles import no_title
from services.assistant.language.sentence import ANY, D, Sentence
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import says

_WORD = re.compile(rf"{ANY}|[^\W_]+(?:['-][^\W_]+)*")
_RANKS = frozenset[str]().union(*LEVELS.values())
_FIELDS = {"due_at": "due", "remind_at": "remind"}
_IT = re.compile(r"\b(?:it|that|this|them|those|these)\b")
# A title's own verb may be said otherwise: "sent the rent", "got the milk".
_DID = frozenset(form for verb in VERBS - {"cancel", "plan"} for form in (verb, base(verb)))
# A date that only leads to the one that is meant, or one of two.
_NOT_THE_DATE = (
    re.compile(rf"\b(?:{DURATION}|(?:the )?(?:day|night|week|weekday|weekend))(?: of)? {D}"),
    re.compile(rf"{D} (?:or|and|after|before) (?:{D}|next|last|that|this)"),
    re.compile(rf"{D},? (?:sorry|wait|rather(?! than)|i mean)\b"),
    re.compile(r"\bsame (?:\w+ ){1,4}as\b"),
    re.compile(r"\b(?:to|on|at|by|for) the (?:day|time|evening|week) of (?!day\b)"),
)
_LENGTH = re.compile(rf"\b{DURATION}\b")
_NOT_DONE = re.compile(
    r"\b(?:gave|given|give) up\b|\b(?:called|call|put) off\b"
    r"|\b(?:would|could|might|may|will) (?:have|be|get)\b"
)
_PUT_OFF = re.compile(r"\bput\b.{0,200}\boff\b")
# Words of negation that together ask for something, or choose.
_PHRASES = re.compile(
    r"\b(?:don't|do not|dont) (?:let me )?forget\b"
    r"|\bwithout (?:an? |any )?(?:due )?(?:dates?|deadlines?|priority|tags?|labels?|reminders?)\b"
)
_CLAUSES = re.compile(r"[,;.:!?]| (?:and|but|so) ")


def unread(sentence: Sentence, calls: Sequence[Call], context: Context) -> list[str]:
    """Return the words that nothing accounts for, as they were written.

    Args:
        sentence: as it was read, its masks set.
        calls: what would be done.
    """
    return _Account(sentence, calls, context).left()


@dataclass(frozen=True)
class _Account:
    sentence: Sentence
    calls: Sequence[Call]
    context: Context

    @cached_property
    def tasks(self) -> list[TaskRead]:
        """The tasks that would change."""
        by_id = {str(task.id): task for task in self.context.tasks}
        ids = [str(call.arguments.get("task_id")) for call in self.calls]
        return [by_id[key] for key in ids if key in by_id]

    @cached_property
    def kinds(self) -> set[str]:
        return {kind for call in self.calls for kind in _kinds(call)}

    @cached_property
    def names(self) -> list[str]:
        """The titles and other words that they have, and will have."""
        return [task.title for task in self.tasks] + list(_values(self.calls))

    @cached_property
    def marks(self) -> set[str]:
        """The tags that they have, and the levels that they have and will have."""
        tags = {tag.lower() for task in self.tasks for tag in task.tags}
        levels = [task.priority.value for task in self.tasks]
        levels += [call.arguments.get("priority") or "normal" for call in self.calls]
        return tags.union(*(LEVELS[level] for level in levels))

    @cached_property
    def frame(self) -> frozenset[str]:
        known = NOTHING.union(*(FRAMES[kind] for kind in self.kinds))
        spoken_of = self.context.memory.listed or self.context.memory.last
        return known | PLACES if spoken_of else known

    def left(self) -> list[str]:
        text = self.sentence.text
        phrases = [found.span() for found in _PHRASES.finditer(text)]
        left = [
            self.sentence.shown(*found.span())
            for found in _WORD.finditer(text)
            if not self._takes(found[0])
            and not any(start <= found.start() < end for start, end in phrases)
        ]
        if self.kinds & {"due", "remind"}:
            moved = (said for said in _LENGTH.findall(text) if self._moves(said))
            lengths = {word for said in moved for word in said.split()}
            left = [word for word in left if word.lower() not in lengths]
            near = [self.sentence.shown(*f.span()) for p in _NOT_THE_DATE if (f := p.search(text))]
            left = left or near
        if self.kinds == {"complete"}:
            not_done = _NOT_DONE.search(text)
            left += [not_done[0]] if not_done else self._by_another()
            said = self.sentence.whole.shown
            done = any(word in DONE or is_past(word) for word in tokens(said))
            left = left if left or done or re.search("[✔✅☑]", said) else [said]
        if "priority" in self.kinds:
            left = left or sorted(_RANKS.intersection(tokens(text)) - self.marks)
        if self.kinds == {"due"} and " off" in text and not _PUT_OFF.search(text):
            left.append("off")
        return left or self._of_no_title() or self._pointing_elsewhere()

    def _of_no_title(self) -> list[str]:
        """Return what a new title takes that is none; nothing of one in quotes."""
        quoted = self.sentence.whole.quotes
        new = [call.arguments for call in self.calls if call.tool == "add_task"]
        return [words for given in new if given["title"] not in quoted for words in no_title(given)]

    def _takes(self, word: str) -> bool:
        if word in self.sentence.dates:
            return self._takes_date(self.sentence.dates[word]) or self._names(word)
        if word in self.sentence.masks:
            return self._names(word)
        plain = (tokens(word) or [word])[0]
        if {word, plain} & self.frame or {plain, plain.removesuffix("s"), plain + "s"} & self.marks:
            return True
        return any(says(plain, name) for name in self.names) or (
            "complete" in self.kinds and is_past(plain) and base(plain) in _DID
        )

    def _names(self, mask: str) -> bool:
        """Tell whether all words that a mask stands for are of the tasks."""
        said = self.sentence.named.get(mask) or self.sentence.masks[mask]
        return said in self.names or all(
            word in self.marks or any(says(word, name) for name in self.names)
            for word in content(said)
        )

    def _takes_date(self, when: When) -> bool:
        """Tell whether a date took effect: it was set, or chose the tasks, or lies behind."""
        if when.reading.empty:
            return False
        zone, today = self.context.now.tzinfo, self.context.now.date()
        became = [
            datetime.fromisoformat(value).astimezone(zone)
            for call in self.calls
            for name in _FIELDS
            if (value := call.arguments.get(name))
        ]
        if when.reading.instant:
            return when.reading.instant in became
        if when.relation in ("before", "after", "since") and became:
            return False
        were = [[m.astimezone(zone) for m in (t.due_at, t.remind_at) if m] for t in self.tasks]
        start = when.reading.day
        if (
            when.relation == "from"
            and start
            and any(m.date() < start and m.weekday() > start.weekday() for m in became)
        ):
            # "from tuesday to thursday": of the same week.
            return False
        if any(_same(when, moment) for moment in became):
            return True
        # It chose the tasks, when it is of each.
        if were and all(any(_same(when, m) for m in of_one) for of_one in were):
            return True
        days = [t.due_at.astimezone(zone).date() for t in self.tasks if t.due_at]
        if when.period and days and len(days) == len(self.tasks):
            first, last = when.period
            first = first if when.relation is None else min(first, *days)
            if all(first <= day <= last for day in days):
                return True
        behind = when.reading.day is not None and when.reading.day <= today
        return "complete" in self.kinds and behind and when.relation is None

    def _moves(self, said: str) -> bool:
        """Tell whether a length of time took effect: something moved by it, or comes so early."""
        length, zone = duration(said), self.context.now.tzinfo
        by_id = {str(task.id): task for task in self.tasks}
        for call in self.calls:
            task = by_id.get(str(call.arguments.get("task_id")))
            new = [datetime.fromisoformat(v) for n in _FIELDS if (v := call.arguments.get(n))]
            old = [m for m in (task.due_at, task.remind_at) if m] if task else new
            there = [length.from_moment(m.astimezone(zone), n) for m in old for n in (1, -1)]
            days = [] if length.seconds else [moment.date() for moment in there]
            if any(m in there or m.astimezone(zone).date() in days for m in new):
                return True
        return False

    def _by_another(self) -> list[str]:
        """Return the verb of what somebody else did: "the dentist called", "Ann paid me back"."""
        for clause in _CLAUSES.split(self.sentence.text):
            words = re.findall(rf"{ANY}|[^\W_][\w'-]*", clause)
            told = [
                word
                for word in words
                if word not in self.sentence.dates
                and (word not in NOTHING or (is_past(word) and word not in BECAME))
            ]
            if told and told[0] in FRAMES["complete"]:
                continue
            for place, word in enumerate(words):
                if not is_past(word) or word in DONE | BECAME or told[0] == word:
                    continue
                became = [each for each in words[:place] if each in BECAME or "'" in each]
                goes_on = told[-1] != word or words[-1] in ("me", "us")
                own = any(base(word) in map(base, tokens(name)) for name in self.names)
                if not became and (goes_on or not own):
                    return [word]
        return []

    def _pointing_elsewhere(self) -> list[str]:
        """Return a pronoun that means other tasks than those that would change."""
        found = _IT.search(self.sentence.text)
        memory = self.context.memory
        meant = {ref.id for ref in (*memory.last, *memory.listed)}
        words = {word for word in tokens(self.sentence.text) if word not in self.frame}
        strange = [task for task in self.tasks if task.id not in meant]
        named = all(
            task.title in self.sentence.named.values() or any(says(w, task.title) for w in words)
            for task in strange
        )
        return [] if named or not found or not meant else [found[0]]


def _kinds(call: Call) -> Iterator[str]:
    """Yield what a call changes, as FRAMES has it."""
    if call.tool.endswith("_task") and call.tool != "update_task":
        yield call.tool.removesuffix("_task")
    for name, value in call.arguments.items():
        if name in _FIELDS:
            yield _FIELDS[name] if value else f"un{_FIELDS[name]}"
        elif name == "completed":
            yield "reopen"
        elif name in ("tags", "description", "priority") or (
            name == "title" and call.tool != "add_task"
        ):
            yield name


def _values(calls: Iterable[Call]) -> Iterator[str]:
    for call in calls:
        for name in ("title", "description", "tags"):
            value: Any = call.arguments.get(name) or []
            yield from [value] if isinstance(value, str) else value


def _same(when: When, moment: datetime) -> bool:
    day, clock = when.reading.day, when.reading.clock
    if day and moment.date() != day:
        return False
    return clock is None or (moment.hour, moment.minute) == (clock.hour, clock.minute)
