"""A real API server, with the Gateway API's CRDs, accepts what every values file renders."""

import os
import subprocess
from pathlib import Path

import pytest

from rendering import EVERYTHING, VALUES_FILES, Chart

pytestmark = pytest.mark.lab

STATE = Path("/var/lib/todo-lab")
# Not the name of the release that may be running: a Job, for one, cannot be changed in place.
RELEASE = "dry-run"
HTTP_ROUTE = (
    "--set=gateway.httpRoute.enabled=true",
    "--set=gateway.httpRoute.parentRefs[0].name=web",
    "--set=gateway.httpRoute.parentRefs[0].namespace=traefik",
)


def dry_run(manifests: str) -> subprocess.CompletedProcess[str]:
    """Let the API server judge manifests without storing them."""
    path = f"{STATE / 'bin'}:{os.environ['PATH']}"
    command = ["kubectl", "apply", "--namespace=todo", "--dry-run=server", "--filename=-"]
    return subprocess.run(
        command,
        input=manifests,
        env={"PATH": path, "KUBECONFIG": str(STATE / "admin.kubeconfig"), "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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
    ],
)
def test_the_api_server_refuses_a_wrong_object(chart: Chart, right: str, wrong: str) -> None:
    rendered = chart.text(*HTTP_ROUTE, release=RELEASE)
    assert right in rendered
    assert dry_run(rendered).returncode == 0
    assert dry_run(rendered.replace(right, wrong)).returncode != 0
