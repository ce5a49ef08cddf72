"""What the contract needs of an engine: whether one answers, and the adapter over it."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import dagger
import pytest
from dagger import dag

from todo_ci import tool_images
from todo_ci.adapters.engine.images import REGISTRY_AUTH, DaggerImages, registry_auth
from todo_ci.adapters.engine.shell import DaggerShell, Secrets
from todo_ci.adapters.engine.toolboxes import kube, sbom, scan, sign
from todo_ci.core import own_images
from todo_ci.core.ports import Tool
from todo_ci.core.redaction import masker

SHARED = "/shared"
# A toolbox with nothing of its own.
BOX = "box"
ENGINE_REGISTRY = "TODO_ENGINE_REGISTRY"
ENGINE_OWN_IMAGES = "TODO_ENGINE_OWN_IMAGES"
# Without it the engine would answer from an earlier run of the tests.
_RUN = uuid.uuid4().hex


@cache
def _missing() -> str:
    """Say why no engine can be used; empty when one answers."""
    command = shutil.which("dagger")
    if command is None:
        return "needs an engine: there is no dagger command on PATH"
    done = subprocess.run(
        [command, "core", "version"], capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        said = done.stderr.strip() or "no reason given"
        return f"needs an engine: none answers: {said.splitlines()[-1]}"
    # The library would download a command of its own.
    os.environ["_EXPERIMENTAL_DAGGER_CLI_BIN"] = command
    return ""


def require_engine() -> None:
    """Skip with the reason where no engine answers."""
    if reason := _missing():
        pytest.skip(reason)


def require_engine_registry() -> None:
    """Skip where no registry is known that engine, containers and tests reach by one address."""
    if not os.environ.get(ENGINE_REGISTRY):
        pytest.skip(
            f"needs an engine: set {ENGINE_REGISTRY}=HOST:PORT, an address of this machine that "
            "is free, and that the engine's configuration names as plain HTTP"
        )


def engine_own_images() -> frozenset[str]:
    """Read which images the engine's mirror has of its own."""
    return own_images.read(os.environ.get(ENGINE_OWN_IMAGES, ""), ENGINE_OWN_IMAGES)


def engine_shell(inputs: Mapping[str, Path], secrets: Mapping[str, str]) -> DaggerShell:
    """Make the adapter over directories of this machine and plain values."""
    own = engine_own_images()
    box = (
        dag.container()
        .from_(own_images.asked_for(tool_images.PYTHON, own))
        .with_env_variable("TEST_RUN", _RUN)
        .with_mounted_cache(SHARED, dag.cache_volume("todo-contract"))
    )
    given = {name: dag.set_secret(name, value) for name, value in secrets.items()}
    directories: dict[str, dagger.Directory | dagger.File] = {
        # A test may have changed what the engine has read before.
        name: dag.host().directory(str(path), no_cache=True)
        for name, path in inputs.items()
    }
    boxes: dict[str, dagger.Container] = {
        BOX: box,
        Tool.KUBE: kube(own),
        Tool.SIGN: sign(own),
        Tool.SBOM: sbom(own),
        Tool.SCAN: scan(own),
    }
    return DaggerShell(boxes, directories, Secrets(given, masker(secrets.values())), grace=2)


def engine_images(
    root: Path, registry: str, user: str, password: str, own: Collection[str] = ()
) -> DaggerImages:
    """Make the adapter over a repository of this machine."""
    own = {*own, *engine_own_images()}
    auth = {REGISTRY_AUTH: registry_auth(registry, user, password)}
    given = {"registry-password": dag.set_secret("registry-password", password), **auth}
    secrets = Secrets(given, masker([password]))
    return DaggerImages(
        # A test may have changed what the engine has read before.
        {
            name: dag.host().directory(str(root / name), no_cache=True)
            for name in ("backend", "frontend")
        },
        DaggerShell({Tool.KUBE: kube(own)}, {}, secrets),
        secrets,
        registry=registry,
        username=user,
        plain_http=True,
        own=own,
    )
