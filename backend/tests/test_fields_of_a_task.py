"""Who adds a field to a task is told each place that would go on without it."""

from collections.abc import Mapping
from typing import Any

from repositories import known_tasks
from schemas.tasks import TaskCreate, TaskPatch, TaskRead, TaskReplace
from schemas.text import WRITTEN
from services.assistant.core import phrasing
from services.assistant.engines.cohere import prompt


def test_each_shape_of_a_task_has_the_field() -> None:
    given = set(TaskReplace.model_fields)
    unlike = given ^ set(TaskPatch.model_fields)
    assert unlike == set(), "mend TaskCreate or TaskPatch of backend/schemas/tasks.py"
    assert given - set(TaskRead.model_fields) == set(), "mend TaskRead of backend/schemas/tasks.py"


def test_the_assistant_reads_the_field_of_tasks_it_knows() -> None:
    unread = set(TaskRead.model_fields) ^ {*known_tasks.NAMES, "tags"}
    assert unread == set(), "mend _COLUMNS of backend/repositories/known_tasks.py"


def test_a_reply_says_that_the_field_was_changed() -> None:
    unsaid = set(TaskPatch.model_fields) ^ set(phrasing.CHANGED)
    assert unsaid == set(), "mend CHANGED of backend/services/assistant/core/phrasing.py"


def test_a_reply_says_the_field_of_a_task_that_was_added() -> None:
    unsaid = set(TaskCreate.model_fields) ^ {"title", *phrasing.ADDED}
    assert unsaid == set(), "mend ADDED of backend/services/assistant/core/phrasing.py"


def test_the_model_is_told_the_field() -> None:
    task = dict.fromkeys(("id", *TaskReplace.model_fields), "said")
    untold = set(task) - set(prompt.told({"task": task})["task"])
    assert untold == set(), "mend _TOLD of backend/services/assistant/engines/cohere/prompt.py"


def test_what_is_written_in_the_field_is_searched_and_counted() -> None:
    fields: dict[str, dict[str, Any]] = TaskCreate.model_json_schema()["properties"]
    texts = {name for name, field in fields.items() if _is_text(field)}
    assert texts ^ set(WRITTEN) == set(), "mend WRITTEN of backend/schemas/text.py"


def _is_text(field: Mapping[str, Any]) -> bool:
    kinds: list[Mapping[str, Any]] = field.get("anyOf", [field])
    return any(kind.get("type") == "string" and "format" not in kind for kind in kinds)
