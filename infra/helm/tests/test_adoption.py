"""Components applied by hand first (T029), then the release (T031): on a real API server."""

import json
import subprocess
import uuid
from collections.abc import Generator

import pytest
import yaml

import cluster
from rendering import CHART, COMPONENTS, Chart, Manifest, documents, key, values_file

pytestmark = pytest.mark.lab

KINDS = "components,configurations.dapr.io,resiliencies,subscriptions"
# No pod of this release needs to run; an image under localhost is pulled from nowhere else.
NOTHING_RUNS = (
    "--set=migration.enabled=false,backend.image.repository=localhost/none",
    "--set=frontend.image.repository=localhost/none",
)
# kubectl stays an owner of the fields it wrote, after the release took the objects too: each later
# change of such a field needs --force-conflicts again.
TAKE = ("--take-ownership", "--force-conflicts")


@pytest.fixture
def namespace() -> Generator[str]:
    """Make a namespace with infra/dapr-components in it, and remove it with all it holds."""
    name = f"adoption-{uuid.uuid4().hex[:8]}"
    assert cluster.kubectl("create", "namespace", name).returncode == 0
    try:
        for manifest in documents(COMPONENTS).values():
            here = manifest | {"metadata": manifest["metadata"] | {"namespace": name}}
            done = cluster.kubectl("apply", "--filename=-", stdin=yaml.safe_dump(here))
            assert done.returncode == 0, done.stderr
        yield name
    finally:
        cluster.kubectl("delete", "namespace", name, "--wait=false")


def release(
    chart: Chart, namespace: str, values: str, *more: str
) -> subprocess.CompletedProcess[str]:
    """Type what the README says, without waiting for pods."""
    command = ("upgrade", "--install", "todo-app", str(CHART), "--namespace", namespace)
    given = (*values_file(values), *NOTHING_RUNS, *more)
    return chart.run(*command, *given, env=cluster.environment())


def owners(namespace: str) -> dict[tuple[str, str], str]:
    """Tell for each of Dapr's objects which release it belongs to; empty for none."""
    name = "meta.helm.sh/release-name"
    found = stored(namespace).items()
    return {k: m["metadata"].get("annotations", {}).get(name, "") for k, m in found}


def stored(namespace: str) -> dict[tuple[str, str], Manifest]:
    """Read Dapr's objects as the API server keeps them."""
    done = cluster.kubectl("--namespace", namespace, "get", KINDS, "--output=json")
    assert done.returncode == 0, done.stderr
    return {key(m): m for m in json.loads(done.stdout)["items"]}


def test_the_release_does_not_take_what_others_made_unless_told(
    chart: Chart, namespace: str
) -> None:
    done = release(chart, namespace, "values-oke.yaml")
    assert done.returncode != 0
    assert "kafka-pubsub" in done.stderr
    assert "ownership" in done.stderr
    assert set(owners(namespace).values()) == {""}


@pytest.mark.parametrize("values", ["values-oke.yaml", "values-local.yaml"])
def test_told_to_it_takes_them_and_makes_them_its_own(
    chart: Chart, namespace: str, values: str
) -> None:
    before = owners(namespace)
    done = release(chart, namespace, values, *TAKE)
    assert done.returncode == 0, done.stderr
    assert owners(namespace) == dict.fromkeys(before, "todo-app")
    wanted = {key(m): m.get("spec", {}) for m in chart.render(values=values)}
    for name, manifest in stored(namespace).items():
        assert manifest["spec"].items() >= wanted[name].items(), name
    # From now on they are the release's: a further one changes them, an uninstall removes them.
    later = release(chart, namespace, values, "--set=reminders.sweepSeconds=300", TAKE[1])
    assert later.returncode == 0, later.stderr
    (schedule,) = (
        item["value"]
        for item in stored(namespace)["Component", "reminder-sweep"]["spec"]["metadata"]
        if item["name"] == "schedule"
    )
    assert schedule == "@every 300s"
    gone = chart.run("uninstall", "todo-app", "--namespace", namespace, env=cluster.environment())
    assert (gone.returncode, stored(namespace)) == (0, {})


def test_objects_kept_apart_are_left_alone(chart: Chart, namespace: str) -> None:
    done = release(chart, namespace, "values-oke.yaml", "--set=dapr.components.create=false")
    assert done.returncode == 0, done.stderr
    assert set(owners(namespace).values()) == {""}
