"""Everything that runs on the free tier's only node fits, while both components roll at once."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from rendering import WITHOUT_DAPR, Chart, Manifest, annotations, container, kinds

NODE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "oke-node.yaml").read_text())
UNITS = {"m": 0.001, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
RESOURCES = ("cpu", "memory")


def quantity(text: str) -> float:
    """Read a Kubernetes quantity as cores or bytes."""
    for suffix, factor in UNITS.items():
        if text.endswith(suffix):
            return float(text.removesuffix(suffix)) * factor
    return float(text)


def pod(manifest: Manifest, resource: str) -> float:
    """Add up what one pod requests, with the sidecar that the injector adds to it."""
    own = quantity(container(manifest)["resources"]["requests"][resource])
    sidecar = annotations(manifest).get(f"dapr.io/sidecar-{resource}-request", "0")
    return own + quantity(sidecar)


def deployments_while_rolling(manifests: list[Manifest], resource: str) -> float:
    """Add up the requests of all Deployments, each with all its surge pods."""
    total = 0.0
    for deployment in kinds(manifests, "Deployment"):
        spec = deployment["spec"]
        pods = spec["replicas"] + spec["strategy"]["rollingUpdate"]["maxSurge"]
        total += pods * pod(deployment, resource)
    return total


def largest_hook(manifests: list[Manifest], resource: str) -> float:
    """Find the largest request among hook pods: they run one at a time."""
    return max(pod(m, resource) for m in kinds(manifests, "Job") + kinds(manifests, "Pod"))


def free(manifests: list[Manifest], resource: str) -> float:
    """Work out what is left of the node at the worst moment of a release."""
    others = sum(
        quantity(item[resource]) for part in ("reserved", "running") for item in NODE[part]
    )
    pods = deployments_while_rolling(manifests, resource) + largest_hook(manifests, resource)
    return quantity(NODE["capacity"][resource]) - others - pods


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_free_tier_fits_during_a_rolling_update(chart: Chart, resource: str) -> None:
    assert free(chart.render(values="values-oke.yaml"), resource) >= 0


@pytest.mark.parametrize(
    ("resource", "too_much"),
    [
        ("cpu", "--set=backend.resources.requests.cpu=1000m"),
        ("memory", "--set=frontend.resources.requests.memory=5Gi"),
        ("cpu", "--set=backend.replicas=6"),
        ("cpu", "--set=dapr.sidecar.resources.requests.cpu=100m"),
        ("memory", "--set=dapr.sidecar.resources.requests.memory=2Gi"),
    ],
)
def test_a_chart_that_asks_for_too_much_is_noticed(
    chart: Chart, resource: str, too_much: str
) -> None:
    assert free(chart.render(too_much, values="values-oke.yaml"), resource) < 0


def test_surge_pods_and_their_sidecars_are_counted(chart: Chart) -> None:
    sizes = (
        "--set=backend.replicas=1,backend.resources.requests.cpu=200m",
        "--set=frontend.replicas=2,frontend.resources.requests.cpu=100m",
        "--set=dapr.sidecar.resources.requests.cpu=50m",
    )
    rolling = deployments_while_rolling(chart.render(*sizes), "cpu")
    assert rolling == pytest.approx(2 * 0.25 + 3 * 0.15)
    alone = deployments_while_rolling(chart.render(*sizes, WITHOUT_DAPR), "cpu")
    assert alone == pytest.approx(2 * 0.2 + 3 * 0.1)


def test_the_four_parts_of_daprs_control_plane_are_counted_and_placement_is_not_there() -> None:
    parts = {item["name"] for item in NODE["running"] if item["name"].startswith("dapr-")}
    servers = {"operator", "sentry", "sidecar-injector", "scheduler-server"}
    assert parts == {f"dapr-{name}" for name in servers}


def test_every_figure_names_its_source() -> None:
    for part in ("reserved", "running"):
        for item in NODE[part]:
            assert item["source"], item["name"]
            assert all(quantity(item[resource]) >= 0 for resource in RESOURCES)
