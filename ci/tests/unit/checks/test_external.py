"""After a deploy a pod may be out of service for a moment: verify looks again, and says so."""

import pytest
from fake_cluster import FakeCluster

from todo_ci.checks import external, run
from todo_ci.reports.report import Check

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external, "PAUSE", 0)


async def deployments(unready: int, tries: int) -> Check:
    cluster = FakeCluster(unready=unready).seed("r1-passed")
    report = await run.run_checks(
        cluster.context(), url="http://app.test", images=None, revision=None, tries=tries
    )
    assert ("test" in cluster.ran) is report.passed
    (found,) = (check for check in report.checks if check.name == "deployments")
    assert report.passed is (found.status == "passed")
    return found


@pytest.mark.parametrize("unready", [1, 2])
async def test_a_pod_that_is_back_soon_fails_nothing(unready: int) -> None:
    found = await deployments(unready, tries=10)
    assert found.status == "passed"
    assert found.evidence.endswith(f", at look {unready + 1}")


async def test_a_pod_that_stays_away_fails() -> None:
    found = await deployments(3, tries=10)
    assert found.status == "failed"
    assert found.evidence == "backend: 0 of 1 pods are available, at look 3"


async def test_who_only_asks_how_it_is_gets_the_first_answer() -> None:
    found = await deployments(1, tries=1)
    assert found.status == "failed"
    assert found.evidence == "backend: 0 of 1 pods are available"


async def test_a_pod_without_a_sidecar_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It never gets one: the deploy returns, or makes it anew, that much sooner."""
    monkeypatch.setattr(external, "PAUSE", 3600)
    cluster = FakeCluster(bare={"backend"}).seed("r1-passed")
    report = await run.run_checks(
        cluster.context(), url="http://app.test", images=None, revision=None
    )
    (found,) = (check for check in report.checks if check.name == "sidecars")
    assert found.status == "failed"
    assert found.evidence == "todo-app-backend-1-a runs without daprd"
