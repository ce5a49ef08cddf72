"""A real API server, with the CRDs of Gateway API and Dapr, accepts what each values file makes."""

import subprocess

import pytest

import cluster
from rendering import EVERYTHING, VALUES_FILES, Chart

pytestmark = pytest.mark.lab

# Not the name of the release that may be running: a Job, for one, cannot be changed in place.
RELEASE = "dry-run"
HTTP_ROUTE = (
    "--set=gateway.httpRoute.enabled=true",
    "--set=gateway.httpRoute.parentRefs[0].name=web",
    "--set=gateway.httpRoute.parentRefs[0].namespace=traefik",
)


def dry_run(manifests: str) -> subprocess.CompletedProcess[str]:
    """Let the API server judge manifests as helm applies them, without storing them."""
    how = ("--server-side", "--force-conflicts", "--field-manager=helm", "--dry-run=server")
    return cluster.kubectl("apply", *how, "--namespace=todo", "--filename=-", stdin=manifests)


@pytest.mark.parametrize("arguments", [(), HTTP_ROUTE, EVERYTHING], ids=["plain", "route", "all"])
@pytest.mark.parametrize("values", VALUES_FILES)
def test_the_api_server_accepts_every_object(
    chart: Chart, values: str, arguments: tuple[str, ...]
) -> None:
    done = dry_run(chart.text(*arguments, values=values, release=RELEASE))
    assert done.returncode == 0, done.stderr
    accepted = [line for line in done.stdout.splitlines() if line.endswith("(server dry run)")]
    assert len(accepted) == len(chart.render(*arguments, values=values))
    assert "warning" not in done.stderr.lower(), done.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("replicas: 1", "replicas: -1"),
        ("type: PathPrefix", "type: Nonsense"),
        ("pathType: Prefix", "pathType: Nonsense"),
        ("restartPolicy: Never", "restartPolicy: Always"),
        ("type: bindings.cron", "kind: bindings.cron"),
        ("maxRetries: 20", "maxRetries: twenty"),
        ("dead-letter\n  routes:", "dead-letter\n  routs:"),
        ('samplingRate: "1"', "samplingRate: 1"),
    ],
)
def test_the_api_server_refuses_a_wrong_object(chart: Chart, right: str, wrong: str) -> None:
    rendered = chart.text(*HTTP_ROUTE, release=RELEASE)
    assert right in rendered
    assert dry_run(rendered).returncode == 0
    assert dry_run(rendered.replace(right, wrong)).returncode != 0
