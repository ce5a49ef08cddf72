"""What the pipeline asked the cluster for, as the API server of the lab wrote it down."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from roles import Right

LOG = Path("/var/lib/todo-lab/audit.log")
_CREATED = 201


@dataclass
class Audit:
    """Collect the rights that were used while a block lasts, and those that were refused."""

    used: set[Right] = field(default_factory=set[Right])
    refused: set[Right] = field(default_factory=set[Right])
    _start: int = 0

    def __enter__(self) -> Self:
        return self.begin()

    def __exit__(self, *_: object) -> None:
        self.read()

    def begin(self) -> Self:
        """Count what is written down from now on."""
        self._start = LOG.stat().st_size
        return self

    def read(self) -> None:
        """Collect what was written down since."""
        with LOG.open() as log:
            log.seek(self._start)
            for line in log:
                self._note(json.loads(line))

    def _note(self, event: dict[str, Any]) -> None:
        what: dict[str, str] = event.get("objectRef") or {}
        if what.get("namespace") != "todo":
            return
        resource = "/".join(filter(None, (what.get("resource"), what.get("subresource"))))
        code = event["responseStatus"]["code"]
        verbs = {event["verb"]}
        # To apply what is not there yet takes the right to create it as well.
        if event["verb"] == "patch" and code == _CREATED:
            verbs.add("create")
        rights = {Right(what.get("apiGroup", ""), resource, verb) for verb in verbs}
        (self.refused if code == 403 else self.used).update(rights)
