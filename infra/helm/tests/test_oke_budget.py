"""Everything that runs on the free tier's only node fits, while both components roll at once."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from rendering import Chart, Manifest, container, kinds

NODE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "oke-node.yaml").read_text())
UNITS = {"m": 0.001, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
RESOURCES = ("cpu", "memory")


def quantity(text: str) -> float:
    """Read a Kubernetes quantity as cores or bytes."""
    for suffix, factor in UNITS.items():
        if text.endswith(suffix):
            return float(text.removesuffix(suffix)) * factor
    return float(text)


def deployments_while_rolling(manifests: list[Manifest], resource: str) -> float:
    """Add up the requests of all Deployments, each with all its surge pods."""
    total = 0.0
    for deployment in kinds(manifests, "Deployment"):
        spec = deployment["spec"]
        pods = spec["replicas"] + spec["strategy"]["rollingUpdate"]["maxSurge"]
        total += pods * quantity(container(deployment)["resources"]["requests"][resource])
    return total


def largest_hook(manifests: list[Manifest], resource: str) -> float:
    """Find the largest request among hook pods: they run one at a time."""
    pods = kinds(manifests, "Job") + kinds(manifests, "Pod")
    return max(quantity(container(m)["resources"]["requests"][resource]) for m in pods)


def free(manifests: list[Manifest], resource: str) -> float:
    """Work out what is left of the node at the worst moment of a release."""
    others = sum(
        quantity(item[resource])
        for part in ("reserved", "running", "planned")
        for item in NODE[part]
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
    ],
)
def test_a_chart_that_asks_for_too_much_is_noticed(
    chart: Chart, resource: str, too_much: str
) -> None:
    assert free(chart.render(too_much, values="values-oke.yaml"), resource) < 0


def test_surge_pods_are_counted(chart: Chart) -> None:
    manifests = chart.render(
        "--set=backend.replicas=1,backend.resources.requests.cpu=200m",
        "--set=frontend.replicas=2,frontend.resources.requests.cpu=100m",
    )
    assert deployments_while_rolling(manifests, "cpu") == pytest.approx(2 * 0.2 + 3 * 0.1)


def test_every_figure_names_its_source() -> None:
    for part in ("reserved", "running", "planned"):
        for item in NODE[part]:
            assert item["source"], item["name"]
            assert all(quantity(item[resource]) >= 0 for resource in RESOURCES)
