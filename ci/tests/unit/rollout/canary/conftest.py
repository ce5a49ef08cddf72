"""Let the tests of canaries be about an app that has one."""

from collections.abc import Generator

import pytest
from fake_canary import POLICY
from msgspec.structs import replace

from todo_ci.project import current
from todo_ci.project.model import Project


@pytest.fixture
def with_canary(guestbook: Project) -> Generator[None]:
    current.use(replace(guestbook, canary=POLICY))
    yield
    current.use(guestbook)
