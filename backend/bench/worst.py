"""The message of the assistant's own words that takes longest to read, of many made by chance."""

from random import Random

from services.assistant.engines.offline.limits import CHARACTERS
from tests.assistant.test_worst_messages import SEPARATORS, WORDS, message, read
from tests.understanding import context

TRIES, SEED = 60, 1


def worst() -> str:
    """Return the worst of those that the tests' fuzzer could make; each run makes the same."""
    chance = Random(SEED)

    def piece() -> str:
        count = chance.randint(1, 4)
        return "".join(chance.choice(WORDS) + chance.choice(SEPARATORS) for _ in range(count))

    here = context()
    made = [message(piece(), piece(), piece())[:CHARACTERS] for _ in range(TRIES)]
    return max(made, key=lambda said: read(said, here))
