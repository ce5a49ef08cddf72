"""The promise: a canary is made of what the real helm renders of a chart, and no line is lost."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from todo_ci.cluster import manifest
from todo_ci.project import current
from todo_ci.project.canary import Canary, CanaryStep
from todo_ci.project.release_file import parse
from todo_ci.rollout.canary import objects
from todo_ci.rollout.canary.plan import CanaryPlan, draw

APP = Path(__file__).parents[3] / "examples/guestbook"
POLICY = Canary("web", (CanaryStep(20, 10),))

pytestmark = pytest.mark.skipif(not shutil.which("helm"), reason="there is no helm on PATH")


def rendered(*values: str) -> list[dict[str, Any]]:
    """Render as a deploy does, the tests of the chart included."""
    sets = [word for value in values for word in ("--set", value)]
    command = ["helm", "template", "guestbook", "chart", "--values", "chart/values-local.yaml"]
    done = subprocess.run([*command, *sets], cwd=APP, check=True, capture_output=True, text=True)
    return manifest.parse(done.stdout)


@pytest.fixture
def drawn() -> Any:
    ours = current.project()
    current.use(parse((APP / "release.toml").read_text()))
    yield draw(POLICY, rendered(), rendered("title=Our guests"))
    current.use(ours)


def test_the_next_pods_stand_beside_those_that_serve(drawn: CanaryPlan | str) -> None:
    assert isinstance(drawn, CanaryPlan)
    service, deployment, way = drawn.objects
    new = next(it for it in rendered("title=Our guests") if it["kind"] == "Deployment")
    assert deployment["spec"]["template"]["spec"] == new["spec"]["template"]["spec"]
    assert deployment["spec"]["strategy"] == new["spec"]["strategy"]
    pods = deployment["spec"]["template"]["metadata"]["labels"]
    for item in rendered():
        assert not objects.picks(objects.selector_of(item), pods), item["metadata"]["name"]
    assert objects.picks(service["spec"]["selector"], pods)
    assert [len(rule["matches"]) for rule in way["spec"]["rules"]] == [1, 1]


def test_the_route_that_is_put_back_is_that_of_the_chart(drawn: CanaryPlan | str) -> None:
    assert isinstance(drawn, CanaryPlan)
    (kept,) = drawn.routes
    (given,) = [it for it in rendered() if it["kind"] == "HTTPRoute"]
    assert kept["spec"] == given["spec"]
    (weighted,) = drawn.weighted(20)
    assert weighted["spec"]["parentRefs"] == given["spec"]["parentRefs"]
    assert weighted["metadata"] == kept["metadata"]
