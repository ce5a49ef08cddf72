"""New tasks: "add …", "put … on my list", "I need to …", "todo: …"."""

import re

from services.assistant.engines.offline.intents.attributes import (
    Attributes,
    clean,
    read_attributes,
    split,
)
from services.assistant.engines.offline.planning.plan import Do, More, Plan, Talk, Topic, call
from services.assistant.language.dates import DURATION
from services.assistant.language.lexicon.vocabulary import VERBS
from services.assistant.language.politeness import Clause, asked, polite
from services.assistant.language.sentence import D, H, Piece, Q, Sentence, T
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
    r"(?:add|create|insert|enter|log|track)\b(?: in| down)?(?: also| this| that| the following)?"
    rf"\s*{_OBJECT}{_LINK}",
    rf"make (?=(?:me )?(?:a|an|another|two|three|\d) (?:new )?{_NOUN}){_OBJECT}{_LINK}",
    rf"(?:a )?new {_NOUN}{_LINK}",
    r"(?:to-?do|task|note to self|reminder to self|memo)\s*(?::|-)\s*",
    rf"(?:(?:jot|note|write|put|take)(?: this| that| it)? down|note)\b{_LINK}",
    "(?:remember|don't forget|do not forget|dont forget|don't let me forget|do not let me forget)"
    r"(?: to| about| that(?: i (?:have|need) to)?)?\s+",
    rf"(?:schedule|plan)\s+(?:an?\s+)?(?=.*{D})",
)
_PUT = re.compile(
    r"put (?P<title>.+?) (?:down )?(?:(?:on|onto|in|into) (?:my|the|our) "
    r"(?:to-?do |task |todo )?(?:list|tasks|todos|agenda)"
    rf"|in(?= (?:for )?{D}|$)|down(?= for|$))(?P<rest>.*)"
)
# "add a note", "add #home to …", "put … back": of a task that is there.
_OF_A_TASK = re.compile(
    r"^\w+(?: up| down)?\b (?:(?:the|a|an|another|one|more|new|these|two|some|my) )*(?:"
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
_PRONOUN = re.compile("(?:it|that|this|them|these|one|something|anything|stuff|a thing|one thing)?")
_FOLLOWS = re.compile(r"\s*(?:one (?:more )?thing|something|this|the following|these)\s*[:,-]\s*")
_SEVERAL = re.compile(rf"{Q}(?:(?:,| and|, and) {Q})+")
_TO_SOMEBODY = re.compile(
    r"\w+ (?:me|us|you|yourself)\b|(?:see|talk to|speak to|catch|thank) you\b"
)
# Words of a sentence that tells or asks something, and is no thing to do.
_TELLS = frozenset(
    [
        "i",
        "you",
        "we",
        "it",
        "is",
        "are",
        "was",
        "what",
        "how",
        "who",
        "why",
        "when",
        "it's",
        "i'm",
        "only",
        "there",
        "that",
        "do",
        "does",
        "did",
        "see",
        "talk",
        "have",
    ]
)


def makes_task(clause: Clause) -> bool:
    """Tell a command that makes a task from one that adds something to a task."""
    command = asked(clause.command, _MAKES)
    return command is not None and not _OF_A_TASK.match(command.text)


def read(clause: Clause, context: Context) -> Plan | None:
    """Read a command that makes a task."""
    if re.match(T, clause.command.text):
        return None
    piece = again(clause.command, context)
    for head in _HEADS:
        command = asked(piece, head)
        found = command.match(head) if command else None
        if found:
            groups = found.match.groupdict()
            several = bool(groups.get("count")) or (groups.get("noun") or "").endswith("s")
            return _add(found.after, several, clause, context)
    command = asked(piece, "put ")
    if command and (found := command.fullmatch(_PUT)):
        return _add(_joined(found["title"], found["rest"]), False, clause, context)
    return None


def read_wish(sentence: Sentence, context: Context) -> Plan | None:
    """Read a wish, a need, or a bare thing to do that no other reader knew."""
    piece = again(polite(sentence.whole), context)
    if sentence.text.endswith("?") or not piece:
        return None
    bare = piece.without(rf"^{D}(?:,|:)? ?") if piece.match(D) else piece
    wish = bare.match(_WISH)
    found = read_attributes(wish.after if wish else bare)
    found.due = found.due or (piece.dates[0] if piece.dates else None)
    title = found.title
    if not title or not (wish or _is_to_do(found) or re.fullmatch(Q, title.text)):
        return None
    known = best(title.written, context.open)
    if known and known.fit >= Fit.SAME_WORDS and not wish:
        return Talk(Topic.EXISTS, known.tasks)
    return _planned([title], found, context)


def again(piece: Piece, context: Context) -> Piece:
    """Read a part anew, no title set aside: a new task may have the words of an old one."""
    return Sentence.read(piece.sentence.shown(piece.start, piece.end), context.now).whole


def _is_to_do(found: Attributes) -> bool:
    """Tell "get petrol" and "dentist tomorrow" from what is only said."""
    words = re.findall(r"[\w'-]+", found.title.text)
    if not words or _TO_SOMEBODY.match(found.title.text):
        return False
    says_more = found.due is not None or found.priority is not None or bool(found.tags)
    bare = len(words) > 1 and words[0] in VERBS
    return bare or (says_more and not _TELLS & set(words) and len(words) <= 12)


def _add(piece: Piece, several: bool, clause: Clause, context: Context) -> Plan:
    said = piece.trimmed()
    if _PRONOUN.fullmatch(said.text) and clause.before:
        # "meeting with Sam at 3pm tomorrow, add it please"
        found = read_attributes(again(polite(clause.before), context))
        return _planned([found.title], found, context)
    if lead := piece.match(_FOLLOWS):
        piece = lead.after
    found = read_attributes(piece)
    title = found.title.without(_LEFT_OF_THE_HEAD)
    if _PRONOUN.fullmatch(title.text):
        more = found.due or found.priority or found.tags or found.note
        return More("what", f"add a task {said.written}:" if more else "add a task:")
    if several or _SEVERAL.fullmatch(title.text):
        parts = [clean(part) for part in split(title, r"\s*[,;]\s*(?:and )?|\s+and\s+")]
        return _planned([part for part in parts if part], found, context)
    return _planned([title], found, context)


def _planned(titles: list[Piece], found: Attributes, context: Context) -> Plan:
    if found.impossible:
        return More("when", f'add "{titles[0].written}"', impossible=True)
    return Do(
        tuple(
            call("add_task", **found.arguments(_cased(title.written), context.now))
            for title in titles
        )
    )


def _cased(title: str) -> str:
    # "BUY MILK" was shouted at us, not meant to be shouted at its reader.
    return title.capitalize() if title.isupper() and len(title) > 5 else title


def _joined(title: Piece, rest: Piece) -> Piece:
    raw = title.sentence.raw
    joined = raw[title.start : title.end] + raw[rest.start : rest.end]
    return title.sentence.of(joined, title.text + rest.text).whole
