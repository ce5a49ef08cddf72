"""Run the real helm on the chart, and look into what it renders."""

import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]

REPOSITORY = Path(__file__).parents[3]
CHART = REPOSITORY / "infra/helm/todo-app"
VALUES_FILES = sorted(path.name for path in CHART.glob("values*.yaml"))

COMPONENTS = REPOSITORY / "infra/dapr-components"
# What each values file leaves to whoever installs: the address people open.
NEEDED = {"values-oke.yaml": ("--set=gateway.url=https://todo.example.org",)}
# The chart as it is in a cluster without Dapr.
WITHOUT_DAPR = "--set=dapr.enabled=false"
DIGEST = "sha256:" + "0123456789abcdef" * 4
RELEASE = "todo-app"
# Every optional object at once, so that a rule about "all" objects meets all of them.
EVERYTHING = (
    "--set", "backend.replicas=2,frontend.replicas=2,networkPolicy.enabled=true",
    "--set", "faults.testFail=true,secrets.create=true",
    "--set", "secrets.values.databaseUrl=postgresql://u:p@db/todo",
    "--set", "secrets.values.betterAuthSecret=0123456789abcdef0123456789abcdef",
    "--set", "secrets.values.kafkaBrokers=kafka:9092,secrets.values.kafkaUsername=todo",
    "--set", "secrets.values.kafkaPassword=kafka-password",
    "--set", "secrets.values.appToken=fedcba9876543210fedcba9876543210",
    "--set", "secrets.values.smokePassword=0123456789abcdef",
    "--set", "networkPolicy.metricsNamespace=monitoring",
    "--set", "tracing.otlpEndpoint=http://collector.observability:4318",
    "--set", "gateway.httpRoute.enabled=true,gateway.httpRoute.parentRefs[0].name=web",
)  # fmt: skip


class Chart:
    """Render the chart with one helm.

    Args:
        helm: path of the helm binary.
    """

    def __init__(self, helm: str) -> None:
        self._helm = helm
        self.template = lru_cache(self._template)

    def run(
        self, *arguments: str, cwd: Path = REPOSITORY, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run helm and return what came back, whatever the exit code."""
        command = [self._helm, *arguments]
        return subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, text=True, check=False
        )

    def text(self, *arguments: str, values: str = "values.yaml", release: str = RELEASE) -> str:
        """Render a release with one values file and further arguments, as text."""
        return self.template(release, *values_file(values), *arguments)

    def render(self, *arguments: str, values: str = "values.yaml") -> list[Manifest]:
        """Render the release as parsed manifests, hooks and tests included."""
        documents = yaml.safe_load_all(self.text(*arguments, values=values))
        return [document for document in documents if document]

    def one(self, kind: str, name: str, *arguments: str, values: str = "values.yaml") -> Manifest:
        """Find the one manifest of a kind and name."""
        (found,) = [m for m in self.render(*arguments, values=values) if key(m) == (kind, name)]
        return found

    def refusal(self, *arguments: str, values: str = "values.yaml") -> str:
        """Render what must be refused, and return helm's message."""
        done = self.run("template", RELEASE, str(CHART), *values_file(values), *arguments)
        assert done.returncode != 0, f"helm accepted {arguments}"
        return done.stderr

    def _template(self, release: str, *arguments: str) -> str:
        done = self.run("template", release, str(CHART), "--namespace", "todo", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


def values_file(name: str) -> tuple[str, ...]:
    """Name a values file to helm, with what it needs beside."""
    return ("-f", str(CHART / name), *NEEDED.get(name, ()))


def key(manifest: Manifest) -> tuple[str, str]:
    """Name a manifest by kind and name."""
    return manifest["kind"], manifest["metadata"]["name"]


def kinds(manifests: list[Manifest], kind: str) -> list[Manifest]:
    """Pick the manifests of one kind."""
    return [m for m in manifests if m["kind"] == kind]


def pod_spec(manifest: Manifest) -> Manifest:
    """Find the pod spec in a Deployment, Job or Pod."""
    spec: Manifest = manifest["spec"]
    return spec if manifest["kind"] == "Pod" else spec["template"]["spec"]


def pod_specs(manifests: list[Manifest]) -> dict[tuple[str, str], Manifest]:
    """Find the pod spec of everything that makes pods."""
    makers = ("Deployment", "Job", "Pod")
    return {key(m): pod_spec(m) for m in manifests if m["kind"] in makers}


def container(manifest: Manifest) -> Manifest:
    """Find the only container of a Deployment, Job or Pod."""
    (only,) = pod_spec(manifest)["containers"]
    return only


def annotations(manifest: Manifest) -> dict[str, str]:
    """Read the annotations of the pods that a Deployment, Job or Pod makes."""
    pod = manifest if manifest["kind"] == "Pod" else manifest["spec"]["template"]
    return pod["metadata"].get("annotations", {})


def documents(folder: Path) -> dict[tuple[str, str], Manifest]:
    """Read every manifest of a folder, by kind and name."""
    texts = [path.read_text() for path in sorted(folder.glob("*.yaml"))]
    found = [m for text in texts for m in yaml.safe_load_all(text) if m]
    return {key(m): m for m in found}


def topics() -> dict[str, str]:
    """Read the app's topics and the route of each; each has dead letters of its own."""
    specs = [m["spec"] for m in documents(COMPONENTS).values() if m["kind"] == "Subscription"]
    heard = (spec for spec in specs if "deadLetterTopic" in spec)
    return {spec["topic"]: spec["routes"]["default"] for spec in heard}


def hooks(manifest: Manifest) -> set[str]:
    """Read when a hook runs; empty for what is part of the release itself."""
    annotations: dict[str, str] = manifest["metadata"].get("annotations", {})
    return set(filter(None, annotations.get("helm.sh/hook", "").split(",")))
