"""Publish for real: both images and the chart are in the registry under the digests it returns."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from todo_ci.commands.publish import publish, published
from todo_ci.core.context import Context
from todo_ci.errors import InputError, ToolError

pytestmark = pytest.mark.lab

COMMIT = "0123456789abcdef0123456789abcdef01234567"


async def test_everything_is_there_under_its_digest(context: Context, registry: Any) -> None:
    arguments: dict[str, Any] = {
        "registry": registry.address, "username": registry.user, "commit": COMMIT, "dirty": False,
    }  # fmt: skip
    refs = await publish(context, **arguments)
    for reference in (refs["backend"], refs["frontend"], refs.chart):
        assert await context.images.resolve(reference) == reference.partition("@")[2]
    tag = f"{registry.address}/todo-backend:sha-0123456789ab"
    assert await context.images.resolve(tag) == refs["backend"].partition("@")[2]
    chart = f"{registry.address}/charts/todo-app:0.1.0_sha-0123456789ab"
    assert await context.images.resolve(chart) == refs.chart.partition("@")[2]
    assert (await published(context, **arguments))["backend"] == refs["backend"]


async def test_what_is_published_again_has_the_digest_that_it_had(
    context: Context, registry: Any, sources: Path
) -> None:
    arguments: dict[str, Any] = {
        "registry": registry.address, "username": registry.user, "commit": COMMIT, "dirty": False,
    }  # fmt: skip
    first = await publish(context, **arguments)
    # As in another clone of the commit, a minute later.
    later = time.time() + 60
    for path in sources.rglob("*"):
        os.utime(path, (later, later))
    again = await publish(context, **arguments)
    assert again.chart == first.chart
    assert again == first


async def test_a_commit_that_changes_no_image_has_the_digests_of_the_one_before(
    context: Context, registry: Any, sources: Path
) -> None:
    arguments: dict[str, Any] = {
        "registry": registry.address, "username": registry.user, "dirty": False,
    }  # fmt: skip
    first = await publish(context, **arguments, commit=COMMIT)
    (sources / "docs.md").write_text("words alone")
    words = await publish(context, **arguments, commit="a" * 40)
    assert words.components == first.components
    (sources / "backend/hello.txt").write_text("other words, in the image")
    changed = await publish(context, **arguments, commit="b" * 40)
    assert changed["backend"] != first["backend"]
    assert changed["frontend"] == first["frontend"]


async def test_a_commit_that_was_not_published_is_refused(context: Context, registry: Any) -> None:
    with pytest.raises(InputError, match="sha-fffffff") as refused:
        await published(
            context, registry=registry.address, username="todo", commit="fffffff", dirty=False
        )
    assert "todo-ci publish" in refused.value.next_step


async def test_an_unreachable_registry_fails_the_verb_by_name(
    context: Context, free_address: Any
) -> None:
    nowhere = free_address()
    with pytest.raises(ToolError, match=nowhere):
        await publish(
            context, registry=f"{nowhere}/todo", username="todo", commit=COMMIT, dirty=False
        )
