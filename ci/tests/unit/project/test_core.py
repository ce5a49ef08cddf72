"""The promise: the core knows no app. What still does is listed, and the list can only shrink."""

import re
from pathlib import Path

import todo_ci

WORDS = ("todo", "backend", "frontend", "kafka", "cohere")
CORE = Path(todo_ci.__file__).parent
# Not FrontEnd, which is a way to call the pipeline.
OURS = re.compile("|".join(w for n in WORDS for w in (n, n.capitalize(), n.upper())))
# The package and its command are called so, whoever's app they deliver; then Debian's word, and
# the Gateway API's.
NAME = re.compile(r"todo[_-]ci|DEBIAN_FRONTEND|backendRefs?", re.IGNORECASE)
FLAGS = "this module's own flags and words, which callers have in their .env and workflows"
ELSEWHERE = {
    "plugins/__init__.py": "names the next one",
    "plugins/kafka.py": "what an app with Kafka has",
    "main.py": FLAGS,
    "cli.py": FLAGS,
    "entrypoints/help_texts.py": FLAGS,
    "entrypoints/options.py": FLAGS,
    "entrypoints/cli/inspection.py": FLAGS,
    "entrypoints/cli/references.py": FLAGS,
    "entrypoints/dagger/arguments.py": FLAGS,
    "entrypoints/dagger/inspection.py": FLAGS,
    "entrypoints/dagger/opening.py": FLAGS,
    "entrypoints/dagger/results.py": FLAGS,
    "commands/init.py": "writes the .env of a clone of this repository",
    "adapters/engine/sources.py": "the directories of the module's constructor",
    "adapters/engine/services.py": "the verb up, which serves this app alone",
    "adapters/host/images.py": "the cache of ./do, and the name of an index that is never pushed",
    "scripts/apply_secrets.py": "spells the database's URL for three drivers",
    "scripts/database_url.py": "spells the database's URL for three drivers",
}


def words_of(text: str) -> list[str]:
    return OURS.findall(NAME.sub("", text))


def test_the_core_has_no_word_of_our_app() -> None:
    found = {
        str(path.relative_to(CORE)): words
        for path in CORE.rglob("*.py")
        if (words := words_of(path.read_text()))
    }
    assert {file: words for file, words in found.items() if file not in ELSEWHERE} == {}
    assert sorted(set(ELSEWHERE) - set(found)) == [], "clean by now: take them off the list"


def test_a_word_of_our_app_is_found() -> None:
    assert words_of("todo_ci TODO_CI_CALL todo-ci: the Backend of Todo") == ["Backend", "Todo"]
