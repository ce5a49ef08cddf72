"""Numbers and places as words."""

from services.assistant.language.lexicon.vocabulary import words_in_order

_COUNTS = words_in_order(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty"""
)
_PLACES = words_in_order(
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
)
COUNTS = {word: number for number, word in enumerate(_COUNTS)}
NUMBERS = COUNTS | {
    "a": 1, "an": 1, "another": 1, "thirty": 30, "forty": 40, "fourty": 40, "forty-five": 45,
    "fifty": 50, "sixty": 60, "ninety": 90, "couple": 2, "few": 3,
}  # fmt: skip
ORDINALS = {word: number for number, word in enumerate(_PLACES, 1)} | {"thirtieth": 30}
