"""What came of requests is known whole, or it is said that it is not."""

import json
from dataclasses import replace

import anyio
import pytest
from fake_cluster import FakeCluster
from fake_objects import bad, load_answer, ok

from todo_ci.core.ports import Result, Step
from todo_ci.errors import ClusterError, InputError, PipelineError
from todo_ci.rollout import load

pytestmark = pytest.mark.anyio
URL = "http://trial.test"


class Waiting(FakeCluster):
    """Answer for the requests once the change is over, or never."""

    over: anyio.Event
    ended = False

    async def run(self, step: Step) -> Result:
        if "scripts.load" not in step.argv:
            return await super().run(step)
        try:
            await self.over.wait()
        except anyio.get_cancelled_exc_class():
            self.ended = True
            raise
        return ok(json.dumps(load_answer()))


async def test_a_change_goes_on_beside_the_requests() -> None:
    cluster = Waiting()
    cluster.over = anyio.Event()

    async def change() -> str:
        await anyio.sleep(0.01)
        cluster.over.set()
        return "changed"

    done, came = await load.beside(cluster.context(), URL, 20, change)
    assert done == "changed"
    assert (came.answered, came.failed, came.trouble) == (200, 0, "")


async def test_a_change_that_fails_ends_the_requests_and_is_told_itself() -> None:
    cluster = Waiting()
    cluster.over = anyio.Event()

    async def change() -> str:
        await anyio.sleep(0.01)
        raise ClusterError("no cluster")

    with pytest.raises(ClusterError, match="no cluster"):
        await load.beside(cluster.context(), URL, 20, change)
    assert cluster.ended


async def test_requests_that_could_not_be_sent_are_no_result() -> None:
    cluster = FakeCluster(answers={"load": [bad("python3: no module scripts")]})

    async def change() -> str:
        return "changed"

    with pytest.raises(PipelineError, match=r"asking http://trial\.test"):
        await load.beside(cluster.context(), URL, 20, change)


def test_what_is_not_known_is_trouble_as_what_is_lost_is() -> None:
    came = load.parse(json.dumps(load_answer()))
    assert str(came) == "200 requests answered, none failed, longest gap 0.2 s"
    assert "had begun before" in replace(came, early=False).trouble
    assert "went on after 11 s" in replace(came, ended=False).trouble
    assert replace(came, answered=0).trouble == "no request was sent"
    lost = load.parse(json.dumps(load_answer("status 503", "timed out")))
    assert lost.trouble == (
        "2 of 202 requests failed, longest gap 0.2 s: "
        "12:00:00 UTC /: status 503; 12:00:00 UTC /: timed out"
    )


@pytest.mark.parametrize("rate", [0, -1, 1000])
def test_a_rate_that_is_none_or_an_attack_is_refused(rate: float) -> None:
    with pytest.raises(InputError, match=f"--rate {rate:g} is no"):
        load.need_rate(rate)
    load.need_rate(0.5)
