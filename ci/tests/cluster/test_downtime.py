"""Nobody notices a release: not its pods being replaced, not a broken one, not the way back.

Under 200 requests a second on new connections, none of them repeated: with two replicas, where the
gateway has a choice, and with one, as on the free tier. And ten releases are broken in a row.
"""

import json
import statistics
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import app_users
import lab
import pytest
from load import Load

pytestmark = [pytest.mark.lab, pytest.mark.matrix]

FAULTS = Path(__file__).parent / "faults"
TIMES = 10


@dataclass(frozen=True)
class Scene:
    """Say what is done to the release, and how that ends."""

    name: str
    argv: Callable[[str, Path], list[str]]
    exit_code: int


def deploy(images: str, *values: Path) -> list[str]:
    return ["deploy", "--env", "local", "--images", images, *_overlay(values)]


def _overlay(values: tuple[Path, ...]) -> list[str]:
    return ["--values", str(values[0])] if values else []


SCENES = (
    Scene("rolling update", lambda images, values: deploy(images, values / "next.yaml"), 0),
    Scene("rollback", lambda _, __: ["rollback", "--env", "local"], 0),
    Scene("return from a crash", lambda images, values: deploy(images, values / "crash.yaml"), 1),
    Scene("return after verify", lambda images, values: deploy(images, values / "test.yaml"), 1),
)


@pytest.fixture(scope="module", params=[1, 2], ids=["one replica", "two replicas"])
def values(
    request: pytest.FixtureRequest, images: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Release so many replicas, and write the values of each scene for them."""
    folder = tmp_path_factory.mktemp("values")
    replicas = {name: {"replicas": request.param} for name in ("backend", "frontend")}
    levels = {"good": "info", "next": "debug", "crash": "info", "test": "warning"}
    faults = {"crash": {"crash": True}, "test": {"testFail": True}}
    for name, level in levels.items():
        backend = {**replicas["backend"], "env": {"TODO_LOG_LEVEL": level}}
        overlay = {**replicas, "backend": backend, "faults": faults.get(name, {})}
        (folder / f"{name}.yaml").write_text(json.dumps(overlay))
    run = lab.todo_ci(*deploy(images, folder / "good.yaml"))
    assert run.exit_code == 0, run.text
    return folder


@pytest.fixture(scope="module")
def reader(images: str) -> str:
    return app_users.sign_up(f"downtime-{uuid.uuid4().hex[:8]}")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_no_request_is_lost(scene: Scene, values: Path, images: str, reader: str) -> None:
    with Load.of_many(reader) as load:
        run = lab.todo_ci(*scene.argv(images, values))
    print(f"{scene.name}: {load}")
    assert run.exit_code == scene.exit_code, run.text
    assert load.failures == []
    assert load.answered > 0


def test_a_broken_release_is_over_soon(images: str, values: Path) -> None:
    """From the call that releases it to the good one serving, verified again."""
    runs = [lab.todo_ci(*deploy(images, values / "crash.yaml")) for _ in range(TIMES)]
    assert [run.exit_code for run in runs] == [1] * TIMES
    seconds = [run.seconds for run in runs]
    print(f"{TIMES} broken releases: median {statistics.median(seconds):.1f} s, "
          f"worst {max(seconds):.1f} s")  # fmt: skip
