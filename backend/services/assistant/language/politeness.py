"""The surroundings of a command: greetings, politeness, the clauses before it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.assistant.language.sentence import ANY, D, Piece, Sentence
from services.assistant.language.task_context import Context

_INTERJECTION = (
    "(?:hi there|hi|hello|hey there|hey|good morning|good evening|good afternoon|dear|assistant"
    "|ok|okay|so|well|oh|oops|ups|whoops|sorry|actually|also|then|now|first|next|finally|and|but"
    "|yes|yeah|yep|no(?=[,.!;])|nope|hmm|um|uh|wait|hold on|maybe|perhaps|fyi|btw|by the way"
    "|please|pls|plz|kindly|just|quick|quickly|for me|alright|all right|right|great|cool|perfect"
    "|thanks|thank you|one more thing|another thing)"
)
LEAD = re.compile(rf"(?:{_INTERJECTION}\b[ ,!.:…-]*)+")
# Words that make a command of what follows: only before a verb this app knows.
ASKING = (
    "(?:(?:can|could|would|will) (?:you|u|we|i)(?: please| pls| kindly| maybe| just){0,2}"
    "|would you mind|do you mind|would you be so kind(?: as)? to|be so kind(?: as)? to|please"
    "|i(?:'d| would) (?:really )?(?:like|love|prefer)(?: you| for you)? to"
    "|i (?:really )?(?:want|need|wish)(?: you)? to|i wanna|i need|let's|let us|let me"
    "|you can|you may|we (?:can|should|need to)|may i|shall we|help me(?: to)?|go ahead and"
    "|make sure (?:to|you)|(?:it's )?time to|feel free to|i think (?:you|we) (?:can|should))"
)
# From the first of a run of marks on, which is one whole, and a few words: else it is cut in every
# possible way, and each place of a long run is tried to its end.
TRAIL = re.compile(
    r"(?<![ ,!.?…-])"
    r"(?:[ ,!.?…-]*+(?:\b(?:please|pls|plz|thanks|thank you|thanks a lot|thx|ty|cheers|for me"
    "|will you|would you|could you|can you|right away|right now|now|ok|okay|asap|instead|too"
    "|as well|again|after all|already|anymore|any more|any longer|from now on|lol|haha|i think"
    "|all right|alright|if you can|if possible|my friend|mate|buddy|there|then"
    r")\b|[^\w\s\"')\]#\ue000-\ue3ff,!.?…-])){1,6}[ ,!.?…-]*+$"
)
_CLAUSE = re.compile(
    r"(?<=[.!?;…])\s+|\s*[,;]\s*(?:(?:so|and|but|then|because|since)\s+)?|:\s+"
    "|\\s+[-\N{EN DASH}\N{EM DASH}]+\\s+|\\s+(?:so|but|and then)\\s+"
)


@dataclass(frozen=True)
class Clause:
    """A command, where it is said, and what was said before it in the same sentence."""

    command: Piece
    context: Context
    before: Piece | None = None

    @property
    def plain(self) -> Piece:
        """The command without the words that ask for it, such as "could you"."""
        return asked(self.command, rf"(?:\w|{ANY})") or self.command


def polite(piece: Piece) -> Piece:
    """Return what is left without greetings, pleas and the marks around them."""
    piece = piece.trimmed(" .,;:!?…-")
    while lead := LEAD.match(piece.text):
        rest = piece.part(lead.end(), len(piece.text)).trimmed(" ,;:!?.")
        if not rest:
            break
        piece = rest
    trail = TRAIL.search(piece.text)
    return (trail and piece.part(0, trail.start())) or piece


def asked(piece: Piece, verbs: str) -> Piece | None:
    """Return the command that starts with one of some verbs, without "could you"; else None.

    Args:
        verbs: a pattern; the words before it may ask for it, or name a day.
    """
    asking = (
        rf"(?:{ASKING} )?(?:to )?(?:just |also |quickly |kindly |maybe |simply |then |now ){{0,3}}"
    )
    found = piece.match(rf"(?:{D},? )?{asking}(?P<verb>{verbs})")
    if not found:
        return None
    verb = found["verb"]
    command = piece.part(verb.start - piece.start, len(piece.text))
    if re.match(D, piece.text):
        # "for tomorrow add …": the day belongs to what is added.
        day, sentence = piece.text[0], piece.sentence
        raw = sentence.raw[command.start : command.end]
        return sentence.of(f"{raw} {day}", f"{command.text} {day}").whole
    return command


_QUESTION = re.compile(
    r"(?:what(?! (?:i|we) )|whats|what's|which|when|where|who|whose|how|is|are|was|were|am|has"
    "|(?:do|does|did) (?:i|we|you|they|it|he|she)|have i|got (?:some|any)thing"
    r"|(?:got |is there |are there )?any(?:thing|one|body)?)\b"
)


def is_question(piece: Piece) -> bool:
    """Tell a question from a command, however politely one is asked for."""
    return bool(_QUESTION.match(piece.text))


def clauses(sentence: Sentence, context: Context) -> Iterator[Clause]:
    """Yield the sentence as a command, then from each of its clauses on."""
    whole = sentence.whole
    yield Clause(polite(whole), context)
    for found in _CLAUSE.finditer(whole.text):
        rest = polite(whole.part(found.end(), len(whole.text)))
        if rest:
            yield Clause(rest, context, whole.part(0, found.start()))
