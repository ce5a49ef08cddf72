"""The guide names commands and options that there are, in an order that works."""

import re
import subprocess
import sys
from pathlib import Path

from rendering import REPOSITORY

GUIDE = (REPOSITORY / "infra/oke/README.md").read_text()
_COMMAND = re.compile(r"^ *(infra/oke/[\w-]+\.sh|todo-ci \w+)( .*)?$", re.MULTILINE)
_OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")


def help_of(program: str) -> str:
    """Ask a script or a verb for its options."""
    words = program.split()
    if words[0] == "todo-ci":
        command = [str(Path(sys.executable).parent / "todo-ci"), *words[1:], "--help"]
    else:
        command = [str(REPOSITORY / program), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def commands() -> list[tuple[str, list[str]]]:
    """List the commands of the guide's blocks, and the options each is given."""
    found = _COMMAND.findall(GUIDE)
    return [(program, _OPTION.findall(rest.partition("#")[0])) for program, rest in found]


def test_every_option_in_the_guide_exists() -> None:
    given = [(program, option) for program, options in commands() for option in options]
    assert ("infra/oke/kafka-topics.sh", "--check") in given
    assert ("todo-ci secrets", "--kafka-brokers") in given
    texts = {program: help_of(program) for program, _ in given}
    for program, option in given:
        assert re.search(rf"{option}\b(?!-)", texts[program]), (program, option)


def test_the_way_to_a_kafka_names_what_is_needed_in_its_order() -> None:
    section = GUIDE.partition("## Kafka\n")[2].partition("\n## ")[0]
    order = ("Account and cluster", "User", "kafka-topics.sh", "todo-ci secrets --env oke")
    places = [section.index(word) for word in order]
    assert places == sorted(places)
    for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"):
        assert mechanism in section
        assert mechanism in help_of("infra/oke/kafka-topics.sh")
