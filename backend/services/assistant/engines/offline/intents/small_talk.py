"""Replies that need no tool: small talk, and questions about the assistant."""

import re
from collections.abc import Mapping

from services.assistant.engines.offline.planning.plan import Plan, Talk, Topic
from services.assistant.language.politeness import polite
from services.assistant.language.sentence import ANY, D, Sentence

_SMALL_TALK: Mapping[Topic, str] = {
    Topic.THANKS: "thanks|thank you|thank u|thx|ty|tysm|cheers|many thanks|much appreciated"
    "|appreciate it|appreciated|danke|merci",
    Topic.GREETING: "hi|hello|hey|heya|hiya|hullo|yo|howdy|good (?:morning|afternoon|evening|day)"
    "|morning|evening|greetings|hola|moin|sup|what's up|whats up|wassup|how are you(?: doing)?"
    "|how's it going|nice to meet you|(?:is )?anybody there|are you there",
    Topic.FAREWELL: f"(?:see|talk to|catch|speak to) (?:you|ya|u)(?: .*)?|talk {D}|bye|goodbye"
    "|good bye|bye bye|good night|cya|ciao|cheerio|take care|talk soon|speak soon|until|later"
    "|so long|i have to go|gotta go|got to go|have a (?:good|nice|great) .*|farewell|ttyl"
    "|i'm (?:off|going)(?: to (?:bed|work|sleep|lunch|school))?"
    f"|that's (?:it|all|everything)(?: {D})?",
    Topic.DECLINED: "no|nope|nah|nothing|nothing else|never mind|nevermind|nvm|stop|cancel|abort"
    "|forget it|forget about it|cancel that|leave it|keep it|skip it|don't|no need|no worries"
    "|not (?:now|yet)|wait|hold on|one moment|(?:just|give me) a (?:moment|second|minute)",
    Topic.AGREED: "ok|okay|k|cool|cool cool|fine|alright|all right|great|perfect|awesome|super|nice"
    "|good|got it|i see|understood|right|sure|yes|yep|yeah|yup|exactly|correct|very good"
    "|sounds good|good to know|lovely|excellent|wonderful|amazing|brilliant|wow|hm+|aha|oh|ah",
    Topic.HELP: "help|help me|menu|commands|options|instructions|how to|info|usage",
}
# Words that may follow any of it and change nothing.
_TRAIL = (
    "(?: (?:there|everyone|all|friend|buddy|mate|assistant|bot|partner|dear|again|everybody|you"
    "|so much|a lot|very much|for everything|for (?:your|the|all your) help|a bunch|a ton|then|now"
    "|i guess|that's all|that's it|everything|anyway|bye|for now|please|pls|me|thanks))*"
)
_KINDS = {
    topic: re.compile(f"(?:oh |ok |well |and |so )?(?:{said}){_TRAIL}")
    for topic, said in _SMALL_TALK.items()
}
_ACTIONS = (
    "(?:do|say|ask|use|work|add|set|delete|remove|complete|rename|change|mark|tag|create|see|list"
    "|make|undo|edit|help|sort|filter|start|type|write|tell)"
)
# Questions about the assistant, and sentences in which a command's word is no command.
_ABOUT_USE = re.compile(
    rf"(?:what|which|how) (?:can|could|do|should|does|would) (?:i|you|we|one|it|this)\b"
    r"(?! (?:have|need|want) to)(?! (?:still )?have\b)(?! know\b)(?! do (?:first|next|now)\b)"
    rf".*\b{_ACTIONS}\b.*|how (?:do|does|can|could|would|should|old) .+"
    r"|(?:can|are|could|would) you\b(?=.*\b(?:explain|example|how|able|help|speak|sing)\b).*"
    r"|can i (?:also |ever |really )?(?!see|get|have)\w+.*|(?:who|what) (?:are you|is your)\b.*"
    r"|(?:explain|show me what you can do|is it possible|what happens (?:when|if))\b.*"
    r"|(?:you|that|this|it) reminds?\b.*"
)


def read(sentence: Sentence) -> Plan | None:
    """Read small talk that is nothing else, and questions about the assistant itself."""
    if topic := _small_talk(sentence.text):
        return Talk(topic)
    plain = polite(sentence.whole).text.strip(" ?!.")
    return Talk(Topic.HELP) if _ABOUT_USE.fullmatch(plain) and not sentence.dates else None


def _small_talk(text: str) -> Topic | None:
    """Tell what a message is of which every part is small talk: the first that says something."""
    parts = [part for part in re.split(rf"[^\w\s'{ANY[1:-1]}]+", text) if part.strip()]
    if not parts:
        return Topic.HELP if "?" in text else Topic.AGREED
    topics = [
        next((topic for topic, said in _KINDS.items() if said.fullmatch(part.strip())), None)
        for part in parts
    ]
    if None in topics:
        return None
    telling = [topic for topic in topics if topic and topic is not Topic.AGREED]
    return telling[0] if telling else Topic.AGREED
