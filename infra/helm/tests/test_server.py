"""A real API server, with the CRDs of Gateway API and Dapr, accepts what each values file makes."""

import subprocess
from collections.abc import Generator

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


@pytest.fixture(scope="module", autouse=True)
def account(chart: Chart) -> Generator[None]:
    """Make the account for real: a pod whose account is missing is refused, even in a dry run."""
    one = chart.text("--show-only=templates/serviceaccount.yaml", release=RELEASE)
    where = ("--namespace=todo", "--filename=-")
    made = cluster.kubectl("apply", *where, stdin=one)
    assert made.returncode == 0, made.stderr
    yield
    cluster.kubectl("delete", *where, stdin=one)


def dry_run(manifests: str) -> subprocess.CompletedProcess[str]:
    """Let the API server judge manifests without storing them."""
    where = ("--namespace=todo", "--dry-run=server", "--filename=-")
    return cluster.kubectl("apply", *where, stdin=manifests)


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
        ("    enabled: true\n    http:", "    http:"),
    ],
)
def test_the_api_server_refuses_a_wrong_object(chart: Chart, right: str, wrong: str) -> None:
    rendered = chart.text(*HTTP_ROUTE, release=RELEASE)
    assert right in rendered
    assert dry_run(rendered).returncode == 0
    assert dry_run(rendered.replace(right, wrong)).returncode != 0
