"""Forms of sentences match what they look like, and nothing else."""

import pytest

from services.assistant.language.sentence_forms import form


@pytest.mark.parametrize(
    ("template", "text", "groups"),
    [
        ("(set|make) TASK done", "make milk done", {"task": "milk"}),
        ("move TASK [over] to TITLE", "move a to b", {"task": "a", "title": "b"}),
        ("move TASK [over] to TITLE", "move a over to b", {"task": "a", "title": "b"}),
        ("[the] TASK [please]", "the milk please", {"task": "milk"}),
        ("[(the|my)] priority of TASK", "priority of x", {"task": "x"}),
        ("TASK%colonLEVEL%hyphen%priority", "milk: high prio", {"task": "milk", "level": "high"}),
        ("tag TASK with TAGS", "tag a with b, c and d", {"task": "a", "tags": "b, c and d"}),
    ],
)
def test_a_form_matches(template: str, text: str, groups: dict[str, str]) -> None:
    found = form(template).fullmatch(text)
    assert found is not None
    assert found.groupdict() == groups


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("(set|make) TASK done", "put milk done"),
        ("[the] milk", "themilk"),
        ("milk [now]", "milknow"),
        ("what? TASK", "wha milk"),
    ],
)
def test_a_form_matches_nothing_else(template: str, text: str) -> None:
    assert form(template).fullmatch(text) is None
