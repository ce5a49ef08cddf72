"""The answers to a question that a person can press, beside all those they can write."""

from collections import Counter

from schemas.memory import Question
from services.assistant.core.phrasing import verb_of

# More are a list to read, not buttons to choose from.
MOST = 6
NO = "No"


def choices_of(question: Question | None) -> list[str]:
    """Return the words of each answer, in the order in which they are shown.

    Exactly these words are the answer, whatever else they would mean: a task may be called “No
    milk”, and two tasks may share a title. None are given for a question that is answered in free
    words, nor for one with more options than fit.
    """
    match question:
        case Question(kind="confirm", calls=calls):
            tasks = {str(call.arguments.get("task_id")) for call in calls}
            return [f"Yes, {verb_of(calls)} {'it' if len(tasks) == 1 else 'them'}", NO]
        case Question(kind="which", options=options) if len(options) <= MOST:
            return _told_apart([option.title.strip() for option in options])
        case _:
            return []


def pressed(question: Question, said: str) -> int | None:
    """Return the place of the choice that these words are, None when they are none."""
    choices = choices_of(question)
    return choices.index(said) if said in choices else None


def _told_apart(titles: list[str]) -> list[str]:
    times, seen = Counter(titles), Counter[str]()
    words: list[str] = []
    for title in titles:
        seen[title] += 1
        words.append(title if times[title] == 1 else f"{title} (number {seen[title]} of these)")
    # A title may look like the words that tell two others apart.
    return words if len(set(words)) == len(words) else []
