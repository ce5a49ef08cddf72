"""New tasks: "add …", "put … on my list", "I need to …", "todo: …"."""

import re
from dataclasses import replace

from services.assistant.engines.offline.intents.attributes import Attributes, clean, read_attributes
from services.assistant.engines.offline.planning.plan import (
    Do,
    More,
    Plan,
    Talk,
    Topic,
    Unread,
    Which,
    call,
)
from services.assistant.language.dates.durations import DURATION, number
from services.assistant.language.dates.grammar import no_such
from services.assistant.language.lexicon.frames import BECAME, OF_THE_LIST, TELLS, TURNS
from services.assistant.language.lexicon.spelling import corrected
from services.assistant.language.lexicon.vocabulary import UNCHANGED, VERBS
from services.assistant.language.lexicon.words import is_past
from services.assistant.language.politeness import Clause, asked, polite
from services.assistant.language.sentence import D, H, Piece, Q, Sentence, T
from services.assistant.language.sentence_forms import LIST
from services.assistant.language.task_context import Context
from services.assistant.language.title_matching import Fit, best

_NOUN = "(?:tasks?|todos?|to-dos?|to do|items?|entry|entries|things?)"
_ONE = "(?:a|an|another|one|one more|my|the|some|(?P<count>two|three|four|five|\\d+))"
_OBJECT = (
    rf"(?:(?:me )?(?:{_ONE} )?(?:new |more |separate |quick |following )*(?P<noun>{_NOUN})\b)?"
)
_LINK = (
    r"(?: ?(?:called|named|titled|saying|that says|with the title|with title|about)\b"
    r"| to\b|:|,| -)*\s*"
)
# How a command begins that makes a task; what follows is its title.
_HEADS = (
    rf"add\b(?! to (?:my|the|our)\b)(?:(?: also| this| that| the following)\b)?\s*{_OBJECT}{_LINK}",
    rf"create\b(?=(?: \S+){{0,3}}? {_NOUN}\b)\s*{_OBJECT}{_LINK}",
    rf"make (?=(?:me )?(?:a|an|another|two|three|\d) (?:new )?{_NOUN}){_OBJECT}{_LINK}",
    rf"(?:a )?new {_NOUN}{_LINK}",
    r"(?:to-?do|task|note to self|reminder to self|memo)\s*(?::|-)\s*",
    rf"(?:(?:jot|note|write|put|take)(?: this| that| it)? down|note)\b{_LINK}",
    "(?:remember|(?:don't|do not|dont) (?:let me )?forget)"
    r"(?: to| about| that(?: i (?:have|need) to)?)?\s+",
    rf"(?:schedule|plan)\s+(?:an?\s+)?(?=.*{D})",
)
_PUT = re.compile(rf"put (?P<rest>.+ (?:(?:on|onto|in|into) {LIST}\b|(?:in|down) {D}).*)")
# "add a note", "add #home to …", "put … back": of a task that is there.
_OF_A_TASK = re.compile(
    r"^\w+(?: up| down)?\b (?:(?:the|a|an|another|one|more|new|these|two|some|my) ){0,4}(?:"
    "(?:tags?|labels?|hashtags?|notes?|descriptions?|comments?|due ?dates?|deadlines?"
    r"|due times?)\b"
    rf"|(?:reminders?|alarms?)(?: to\b| for\b| on\b| at\b| that\b| about\b|:| ?{D}|$)"
    rf"|{H}|[\w-]+ (?:tag|label) (?:to|on)\b|{DURATION} to\b"
    r"|.+? (?:to|as|in|into) (?:the|a) (?:title|name|notes?|description)\b"
    r"|.+ as a (?:note|tag)\b|.+ back\b)"
    r"|^notes? (?:for|on|to|about)\b(?! (?:my)?self)"
)
_MAKES = (
    r"(?:add|create|insert|enter|make (?=(?:a|an|another|me) )|new|put|jot|note|write|todo|to-do)\b"
)
_WISH = re.compile(
    "(?:(?:i|we)(?:'ve| have| still| also| really| just| definitely| probably)* "
    "(?:got to|gotta|have to|need to|must|should|ought to|want to|would like to|wanna|plan to"
    "|intend to|am going to|have got to|need|'ll have to|will have to)"
    "|(?:gotta|got to|need to|have to|must|should))"
    r"(?: (?:really|also|definitely|still|finally|probably|soon|just))*\s+"
    r"|i'd (?:like|love) to\s+|i'm going to\s+|it's time to\s+|time to\s+"
)
_LEFT_OF_THE_HEAD = (
    rf"^(?:(?:an?|the) )?(?:new )?{_NOUN}(?: to\b| called\b| named\b|:| -)\s*"
    "|^(?:that )?(?:i|we) (?:need|have|want|must|should) (?:to )?"
)
_OF_TASKS = r"(?:put|change|turn|bring|switch|replace|schedule|cut|drop|close)\b"
_PRONOUN = re.compile(
    "(?:it|that|this|them|these|one|a thing|one thing|(?:something|anything|stuff)(?: .+)?)?"
)
_FOLLOWS = r"^\s*(?:one (?:more )?thing|something|this|the following|these)\s*[:,-]\s*"
_BETWEEN = r"\s*[,;]\s*(?:and )?|\s+and\s+"
_AS_SEVERAL = (
    r"\bas (?:(?P<count>two|three|four|five|\d+) )?(?:(?:separate|new|single|different) )*tasks\b"
)
# "tell you what", "back later".
_NO_OBJECT = {"me", "us", "you", "yourself", "what", "later", "soon"}
# With one of these a longer title begins: "buy milk for the cake".
_LINKS = r"(?:and|or|for|with|from|at|in|to|of|on|about|before|after|again|too|as|by)\b"
_OPEN = "That may be several tasks; to have one, put it in quotes."
_BULLET = re.compile(r"(?:[-*•]|\d{1,3}[.)])\s+(?=\S)")
_SEVERAL = re.compile(rf"{Q}(?:(?:,| and|, and) {Q})+")
# "should I move it" asks; what somebody does is no thing to do.
_SOMEBODY = re.compile(r"(?:i|you|we|he|she|they) ")
# "thank you", "feeling great", "the plants arrive"; unlike "training" and "the dentist".
_TELLING = re.compile(
    r"\w+ (?:me|us|you|yourself)\b|(?:talk|speak) to you\b|(?:the|my|our) \S+ \S+"
    r"|(?!meeting|training|wedding|painting|swimming|parking|booking)\w+ing\b"
)


def makes_task(clause: Clause) -> bool:
    """Tell a command that makes a task from one that adds something to a task."""
    command = asked(clause.command, _MAKES)
    return command is not None and not _OF_A_TASK.match(command.text)


def read(clause: Clause) -> Plan | None:
    """Read a command that makes a task."""
    if re.match(T, clause.command.text):
        return None
    piece = again(clause.command, clause.context)
    for head in _HEADS:
        command = asked(piece, head)
        found = command.match(head) if command else None
        if found:
            groups = found.match.groupdict()
            many = _count(groups.get("count"), groups.get("noun") or "")
            return _add(found.after, many, clause)
    command = asked(piece, "put ")
    if command and (found := command.fullmatch(_PUT)):
        return _add(found["rest"].without(rf" (?:in|down)(?= {D})"), 1, clause)
    return None


def read_wish(sentence: Sentence, context: Context) -> Plan | None:
    """Read a wish, a need, or a bare thing to do that no other reader knew."""
    piece = again(polite(sentence.whole), context)
    if sentence.text.endswith("?") or not piece:
        return None
    bare = piece.without(rf"^{D}(?:,|:)? ?") if piece.match(D) else piece
    wish = bare.match(_WISH)
    found = read_attributes(wish.after if wish else bare)
    found.due = found.due or (piece.dates[0] if piece.match(D) else None)
    title = found.title
    if (
        not title
        or _SOMEBODY.match(title.text)
        or not (wish or _is_to_do(found) or re.fullmatch(Q, title.text))
    ):
        return None
    if re.fullmatch(r"\w+ (?:it|that|them)(?: off| out)?", title.text):
        return Which()
    if turns := [word for word in title.words if word in TURNS | OF_THE_LIST]:
        return Unread(tuple(turns))
    if more := of_a_task(title, context):
        return Unread((more,))
    if not wish and corrected(first := title.text.split(" ")[0]) != first:
        # A command that was misspelt, which is no new thing to do.
        return None
    known = best(title.written, context.open)
    if known and not wish and re.match(_OF_TASKS, title.text) and known.fit < Fit.SAME_WORDS:
        # A command that no reader knew, about a task that is there.
        return None
    if known and known.fit >= Fit.SAME_WORDS and not wish:
        return Talk(Topic.EXISTS, known.tasks)
    plan = _several(title, _said_count(piece), found, context)
    if isinstance(plan, Do) and not wish and not _is_plain(found):
        # "quiet friday" looks as "haircut friday" does.
        return replace(plan, sweeping=True)
    return plan


def _is_plain(found: Attributes) -> bool:
    """Tell what can only be a thing to do: by its verb, its time, its rank, or its quotes."""
    timed = found.due is not None and (found.due.reading.clock or found.due.reading.instant)
    first, *others = found.title.text.replace(",", "").split(" ")
    # "paint is expensive" and "paint bought" tell something of a noun.
    tells = any(word in BECAME or (is_past(word) and word not in UNCHANGED) for word in others)
    # "stop the music" is a command, which nobody here follows.
    commands = others[:1] in (["the"], ["my"], ["all"]) and first not in VERBS
    return bool(
        (first in VERBS and not tells)
        or (timed and not commands)
        or found.priority
        or found.tags
        or found.title.quotes
    )


def read_lines(said: str, context: Context) -> Plan | None:
    """Read a message of several lines that are marked as a list: each is a new task."""
    lines = [line.strip() for line in said.strip().splitlines() if line.strip()]
    head = re.match(r"[^-*•\d].*:$", lines[0]) if lines else None
    items = [_BULLET.sub("", line) for line in lines[bool(head) :] if _BULLET.match(line)]
    if len(items) < 2 or len(items) < len(lines) - bool(head):
        return None
    found = [read_attributes(Sentence.read(item, context.now).whole) for item in items]
    calls = [call("add_task", **f.arguments(f.title.written, context.now)) for f in found]
    return Do(tuple(calls))


def of_a_task(title: Piece, context: Context) -> str | None:
    """Return what is said of a task that is there, in words that would be a new title."""
    said = Sentence.read(title.written, context.now, context.titles)
    found = re.match(rf"{T} (?!{_LINKS})(?P<more>.+)", said.text)
    return found["more"] if found else None


def again(piece: Piece, context: Context) -> Piece:
    """Read a part anew, no title set aside: a new task may have the words of an old one."""
    return Sentence.read(piece.shown, context.now).whole


def _is_to_do(found: Attributes) -> bool:
    """Tell "get petrol" and "dentist tomorrow" from what is only said."""
    words = re.findall(r"[\w'-]+", found.title.text)
    if not words:
        return False
    says_more = found.due is not None or found.priority is not None or bool(found.tags)
    bare = len(words) > 1 and words[0] in VERBS and not _NO_OBJECT & set(words)
    tells = TELLS & set(words) or _TELLING.match(found.title.text)
    return bare or bool(says_more and not tells and len(words) <= 12)


def _add(piece: Piece, many: int, clause: Clause) -> Plan:
    said = piece.trimmed()
    if _PRONOUN.fullmatch(said.text) and clause.before:
        # "meeting with Sam at 3pm tomorrow, add it please"
        found = read_attributes(again(polite(clause.before), clause.context))
        return _planned([found.title], found, clause.context)
    found = read_attributes(piece.without(_FOLLOWS))
    title = found.title.without(_LEFT_OF_THE_HEAD)
    if _PRONOUN.fullmatch(title.text):
        more = found.due or found.priority or found.tags or found.note
        return More("what", f"add a task {said.written}:" if more else "add a task:")
    if _SEVERAL.fullmatch(title.text):
        many = 0
    return _several(title, many if many != 1 else _said_count(piece), found, clause.context)


def _count(said: str | None, noun: str) -> int:
    """Return how many tasks were said to follow: 0 for "tasks" without a number."""
    return int(number(said)) if said else 0 if noun.endswith("s") else 1


def _said_count(piece: Piece) -> int:
    said = piece.search(_AS_SEVERAL)
    return _count(said.match["count"], "tasks") if said else 1


def _several(title: Piece, many: int, found: Attributes, context: Context) -> Plan:
    """Plan one task or several; ask first where it is open which, or the number is another."""
    parts = [part for part in map(clean, title.split(_BETWEEN)) if part]
    plan = _planned([title] if many == 1 else parts, found, context)
    if not isinstance(plan, Do) or many in (0, len(parts)):
        return plan
    if many != 1:
        return replace(plan, sweeping=True, why=f"I count {len(parts)}.")
    verbs = all(part.text.split(" ")[0] in VERBS for part in parts)
    short = all(len(part.text.split(" ")) <= 3 for part in parts[1:])
    if len(parts) > 1 and (verbs or ";" in title.text or ("," in title.text and short)):
        return replace(_planned(parts, found, context), sweeping=True, why=_OPEN)
    return plan


def _planned(titles: list[Piece], found: Attributes, context: Context) -> Plan:
    if found.impossible:
        return More("when", f'add "{titles[0].written}"', wrong=no_such(found.impossible))
    return Do(
        tuple(call("add_task", **found.arguments(title.written, context.now)) for title in titles)
    )
