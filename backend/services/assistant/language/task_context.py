"""The context of a sentence: the time, the tasks there are, what was said before."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from schemas.memory import Memory, TaskRef
from schemas.tasks import TaskRead


@dataclass(frozen=True)
class Context:
    """The state of a user's list while one message is understood.

    Args:
        now: aware, in the user's zone.
        tasks: in the order of a list: due first first, those without a date last.
        more: there are others, which say nothing of what was said.
        plans: of the parts of the message that were read, so that each of them is read once.
    """

    now: datetime
    tasks: Sequence[TaskRead]
    memory: Memory
    more: bool = False
    plans: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any], compare=False)

    @cached_property
    def open(self) -> list[TaskRead]:
        return [task for task in self.tasks if not task.completed]

    @cached_property
    def done(self) -> list[TaskRead]:
        return [task for task in self.tasks if task.completed]

    def pools(self, done: bool) -> Sequence[Sequence[TaskRead]]:
        """Return the open and the done tasks, those that are meant first at first."""
        return (self.done, self.open) if done else (self.open, self.done)

    @cached_property
    def titles(self) -> list[str]:
        return [task.title for task in self.tasks]

    @cached_property
    def tags(self) -> set[str]:
        return {tag.lower() for task in self.tasks for tag in task.tags}

    def living(self, refs: Sequence[TaskRef]) -> list[TaskRead]:
        """Return the tasks that were spoken of and still are there."""
        by_id = {task.id: task for task in self.tasks}
        return [by_id[ref.id] for ref in refs if ref.id in by_id]

    def tag_of(self, word: str) -> str | None:
        """Return the tag a word names, in its singular or plural."""
        forms = {word, word.removesuffix("s"), word + "s"}
        return next(iter(sorted(forms & self.tags)), None)
