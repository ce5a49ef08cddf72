"""Answers to the question that was asked before a message."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.memory import Call, Memory, Question
from schemas.tasks import TaskRead
from services.assistant.choices import pressed
from services.assistant.language.accounting import unread
from services.assistant.language.lexicon.words import content
from services.assistant.language.politeness import polite
from services.assistant.language.references import chosen
from services.assistant.language.sentence import Sentence
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import Fit, best, says

# Atomic, the longest first: else "absolutely sure" is two answers as well, and forty of them are
# read in every possible way.
_YES = (
    "(?>yes|yep|yeah|yup|yea|ya|y|sure|okay|ok|k|of course|certainly|definitely|absolutely sure"
    "|absolutely|true|please do(?! it| that| so)|please|do it|do that|do so|go ahead|go for it"
    "|confirm(?:ed)?|correct|right|exactly"
    "|affirmative|i'm sure|i am sure|very sure|100%|fine|great|perfect|positive"
    "|proceed|alright|all right|that's right|that's the one|that is correct|sounds good|why not"
    "|by all means|let's do it|make it so|just do it|i do|i want (?:that|to)|both|all of them"
    "|(?:delete|remove|get rid of|complete) (?:it|them|that|those|all|both)"
    "|mark (?:it|them)(?: as)? done|👍|✅)"
)
_NO = (
    "(?:no|nope|nah|n|no way|no thanks|no thank you|negative|don't|do not|dont|stop|cancel|abort"
    "|cancel that|never mind|nevermind|nvm|forget it|wait|hold on|rather not|better not|skip it"
    "|i'd rather not|please don't|absolutely not|of course not|actually no|let it be"
    "|leave (?:it|them|that)(?: (?:alone|there|be|for now|on(?: the list)?))?"
    "|keep (?:it|them|that|those)|not (?:now|yet|really|that)|(?:i )?changed my mind"
    "|don't (?:delete|do) (?:it|that|them)|on second thoughts?|none(?: of them)?|neither|👎|❌)"
)
# Possessive, so that a run of marks is one whole: else it is cut in every possible way.
_MARKS = "[ ,.!;…-]*+"
_BETWEEN = rf"{_MARKS}(?:(?:and|but|then) )?+"
_ONLY_YES = re.compile(
    rf"(?:{_YES}{_BETWEEN}){{1,8}}"
    rf"(?:(?:please|thanks|thank you|now|for sure|then|and |but ){_MARKS})*+"
)
_STARTS_WITH_NO = re.compile(
    r"(?:(?:oh|hm+|uh|well|actually|wait|sorry)[ ,!.]*+)?"
    rf"(?:{_NO}{_BETWEEN}\b){{0,8}}{_NO}(?![\w']){_MARKS}(?:please|thanks|thank you)?{_MARKS}"
)
# Whoever gives another command does not choose.
_COMMAND = re.compile(
    "(?:add|create|delete|remove|complete|finish|mark|tick|rename|change|move|postpone|show|list"
    r"|find|remind|what|which tasks|how|when|set|tag|make|undo|help)\b"
)
_MEANS = re.compile("^(?:i mean|i meant|it's|its|take|maybe|probably) ")
_ENOUGH = 0.6
_STARTS_WITH_YES = re.compile(rf"(?:{_YES}(?![\w'])[ ,.!;…-]*)+(?P<more>(?:and|then|also)\b)?")
_NOT_MEANT = re.compile(r"(?:oh |yeah,? |sure,? )*(?:yeah|yea|ya|sure),? right\W*|as if\W*")
_ASKS = re.compile(r".*\?|(?:why|what|when|where|who|how|which|are you sure)\b.*", re.DOTALL)
_WHY = re.compile(
    r"(?:but |and |um |hm+ )?(?:why|how come|what for|are you sure|what happens|huh)\b.*|\?+"
)


class Kind(StrEnum):
    """Say how a message relates to the question."""

    YES = "yes"
    NO = "no"
    CHOSEN = "chosen"
    UNCLEAR = "unclear"
    ASKS_WHY = "asks why"
    ASKS = "asks something else"
    NO_ANSWER = "no answer"


@dataclass(frozen=True)
class Answer:
    """An answer, the calls that follow from it, their tasks, and what else the message says."""

    kind: Kind
    calls: tuple[Call, ...] = ()
    tasks: tuple[TaskRead, ...] = ()
    rest: str = ""


NO_ANSWER = Answer(Kind.NO_ANSWER)


def read_answer(
    question: Question | None, said: str, tasks: Sequence[TaskRead], now: datetime
) -> Answer:
    """Read a message as the answer to a question, if it is one.

    Args:
        tasks: those there are: what was asked about may be gone.
    """
    if question is None or question.kind == "more":
        return NO_ANSWER
    said = said.strip()
    if (place := pressed(question, said)) is not None:
        return _pressed(question, place, tasks)
    text = re.sub(r"\s", " ", said.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").lower())
    if no := _STARTS_WITH_NO.match(text):
        return Answer(Kind.NO, rest=said[no.end() :].strip() if len(said) == len(text) else "")
    if question.kind == "which":
        return _chosen(question, said, tasks, now)
    if not _ONLY_YES.fullmatch(text) or _NOT_MEANT.fullmatch(text):
        kind = _more_than_yes(question, said, text, tasks, now)
        if kind is not Kind.YES:
            return Answer(kind)
    return _following(Kind.YES, question.calls, tasks)


def _pressed(question: Question, place: int, tasks: Sequence[TaskRead]) -> Answer:
    if question.kind == "which":
        return _following(Kind.CHOSEN, [question.calls[place]], tasks)
    return _following(Kind.YES, question.calls, tasks) if place == 0 else Answer(Kind.NO)


def _following(kind: Kind, calls: Sequence[Call], tasks: Sequence[TaskRead]) -> Answer:
    # What is gone meanwhile is found out by the call, as any other failure.
    by_id = {str(task.id): task for task in tasks}
    meant = [by_id.get(str(call.arguments.get("task_id"))) for call in calls]
    return Answer(kind, tuple(calls), tuple(task for task in meant if task))


def _more_than_yes(
    question: Question, said: str, text: str, tasks: Sequence[TaskRead], now: datetime
) -> Kind:
    """Tell whether a yes that goes on agrees: "yes, delete the dentist", "yes, but not today"."""
    yes = _STARTS_WITH_YES.match(text)
    if _NOT_MEANT.fullmatch(text):
        return Kind.UNCLEAR
    if not yes or len(said) != len(text):
        return Kind.ASKS_WHY if _WHY.fullmatch(text) else _asks(text)
    rest = said[yes.end() :]
    context = Context(now, tasks, Memory())
    sentence = Sentence.read(rest, now, context.titles)
    ids = {str(call.arguments.get("task_id")) for call in question.calls}
    meant = [task.title for task in tasks if str(task.id) in ids]
    words = content(rest)
    if all(any(says(word, title) for word in words) for title in meant) and not unread(
        sentence, question.calls, context
    ):
        return Kind.YES
    return Kind.NO_ANSWER if _COMMAND.match(polite(sentence.whole).text) else Kind.UNCLEAR


def _asks(text: str) -> Kind:
    return Kind.ASKS if _ASKS.fullmatch(text) else Kind.NO_ANSWER


def _chosen(question: Question, said: str, tasks: Sequence[TaskRead], now: datetime) -> Answer:
    by_id = {task.id: task for task in tasks}
    pairs = [
        (by_id[ref.id], call)
        for ref, call in zip(question.options, question.calls, strict=True)
        if ref.id in by_id
    ]
    options = [task for task, _ in pairs]
    plain = polite(Sentence.read(said, now).whole)
    if _COMMAND.match(plain.text):
        return NO_ANSWER
    picked = chosen(_MEANS.sub("", plain.text), options)
    if not picked:
        found = best(plain.written, options)
        if not found or len(found.tasks) > 1:
            return NO_ANSWER
        if found.fit < Fit.ALL_SAID and found.score < _ENOUGH:
            return NO_ANSWER
        picked = list(found.tasks)
    calls = tuple(call for task, call in pairs if task in picked)
    return Answer(Kind.CHOSEN, calls, tuple(picked))
