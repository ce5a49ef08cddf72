"""Who may push to the registry and has no key gets nothing promoted that did not pass."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import registry_writer
from todo_ci.attestation import admission, signing
from todo_ci.commands.promote import promote
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.working_tree import WorkingTree
from todo_ci.errors import InputError
from todo_ci.rollout.request import DeployRequest
from verdicts import COMMIT, KeyPair, judge, requiring

pytestmark = pytest.mark.lab
MakeContext = Callable[..., Context]


async def test_what_is_signed_about_an_image_helps_no_other(
    ours: Context, pushed: ImageRefs, request_: DeployRequest, registry: Any
) -> None:
    await judge(ours, pushed, request_, passed=True)
    await signing.sign(ours, pushed, request_.registry, request_.username)
    digest = registry_writer.push_image(registry, "todo/todo-backend", "a stranger's")
    evil = f"{registry.host}/todo/todo-backend@{digest}"
    registry_writer.move_statements(registry, pushed["backend"], evil)
    refs = ImageRefs({**pushed.components, "backend": evil})
    with pytest.raises(InputError, match="has no signed verdict of local"):
        await admission.require(requiring(ours, verdict=True), refs, request_)
    with pytest.raises(InputError, match="is not signed by the key"):
        await admission.require(requiring(ours, signature=True), refs, request_)


async def test_a_failure_counts_until_it_is_taken_from_every_image(
    ours: Context, pushed: ImageRefs, request_: DeployRequest, registry: Any
) -> None:
    asking = requiring(ours, verdict=True)
    await judge(ours, pushed, request_, passed=True)
    await judge(ours, pushed, request_, passed=False)
    registry_writer.forget_failures(registry, pushed["backend"])
    with pytest.raises(InputError, match=r"todo-frontend@.* failed in local"):
        await admission.require(asking, pushed, request_)
    # The list itself is signed by nobody: docs/promotion.md says so.
    registry_writer.forget_failures(registry, pushed["frontend"])
    assert await admission.require(asking, pushed, request_)


async def test_a_tag_that_was_moved_to_what_passed_before_is_seen(
    make_context: MakeContext,
    ours: Context,
    keys: tuple[KeyPair, KeyPair],
    request_: DeployRequest,
    registry: Any,
    sources: Path,
) -> None:
    refs: dict[str, str] = {}
    for component in ("backend", "frontend"):
        repository = f"todo/todo-{component}"
        digest = registry_writer.push_image(
            registry, repository, f"old {component} of {sources}", tag=f"sha-{'b' * 12}"
        )
        refs[component] = f"{registry.host}/{repository}@{digest}"
    await judge(ours, ImageRefs(refs), request_, passed=True)
    opened = make_context({**keys[0].secrets, "kubeconfig": "nobody asks it"})
    context = requiring(opened, verdict=True)
    request = replace(request_, url="https://todo.example.com")
    with pytest.raises(InputError, match=f"{'b' * 40} what passed in local as {COMMIT}"):
        await promote(context, WorkingTree("b" * 40, dirty=False, owner=""), request, before="")
