"""Every pod that should have a sidecar asks for one, and for the right one."""

import shutil
from pathlib import Path

import pytest
import yaml

from rendering import (
    CHART,
    EVERYTHING,
    VALUES_FILES,
    WITHOUT_DAPR,
    Chart,
    Manifest,
    annotations,
    container,
    hooks,
    key,
    pod_spec,
    pod_specs,
)

BACKEND, FRONTEND = ("Deployment", "todo-app-backend"), ("Deployment", "todo-app-frontend")
SELFCHECK = ("Job", "todo-app-test-selfcheck")
TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"


def dapr(manifest: Manifest) -> dict[str, str]:
    """Read the annotations that the injector reads."""
    prefix = "dapr.io/"
    found = annotations(manifest).items()
    return {name.removeprefix(prefix): v for name, v in found if name.startswith(prefix)}


@pytest.mark.parametrize("values", VALUES_FILES)
def test_the_app_ids_and_ports_are_the_components(chart: Chart, values: str) -> None:
    """T023 and T024."""
    wanted = {
        BACKEND: ("todo-backend", "8000", "/api/health/ready", "dapr-app-token"),
        FRONTEND: ("todo-frontend", "3000", "/health", None),
        SELFCHECK: ("todo-selfcheck", None, None, None),
    }
    for name, values_of_it in wanted.items():
        found = dapr(chart.one(*name, values=values))
        keys = ("app-id", "app-port", "app-health-check-path", "app-token-secret")
        assert tuple(found.get(k) for k in keys) == values_of_it, name


@pytest.mark.parametrize("values", VALUES_FILES)
def test_only_app_and_selfcheck_have_sidecars_and_theirs_are_native(
    chart: Chart, values: str
) -> None:
    injected: set[tuple[str, str]] = set()
    for manifest in chart.render(*EVERYTHING, values=values):
        if key(manifest) not in pod_specs([manifest]):
            continue
        found = dapr(manifest)
        if found["enabled"] == "false":
            assert found == {"enabled": "false"}
            continue
        injected.add(key(manifest))
        assert found["config"] == "todo"
        # Native sidecars end after the app by themselves; the other way would wait in vain.
        assert found["enable-native-sidecar"] == "true"
        assert "block-shutdown-duration" not in found
        assert (found["log-as-json"], found["enable-api-logging"]) == ("true", "true")
        assert found["disable-builtin-k8s-secret-store"] == "true"
        assert found["sidecar-seccomp-profile-type"] == "RuntimeDefault"
    assert injected == {BACKEND, FRONTEND, SELFCHECK}


@pytest.mark.parametrize("values", VALUES_FILES)
def test_annotations_are_texts(chart: Chart, values: str) -> None:
    for manifest in chart.render(*EVERYTHING, values=values):
        if pod_specs([manifest]):
            kinds_of = {type(value) for value in annotations(manifest).values()}
            assert kinds_of <= {str}, key(manifest)


def test_values_yaml_has_the_sidecar_of_the_seed(chart: Chart) -> None:
    found = dapr(chart.one(*BACKEND))
    sizes = [found[f"sidecar-{r}-{k}"] for k in ("request", "limit") for r in ("cpu", "memory")]
    assert sizes == ["100m", "128Mi", "200m", "256Mi"]


def test_log_level_metrics_port_and_shutdown_are_values(chart: Chart) -> None:
    """T026."""
    chosen = ("logLevel=debug", "sidecar.metricsPort=9999", "sidecar.gracefulShutdownSeconds=3")
    arguments = [f"--set=dapr.{value}" for value in (*chosen, "sidecar.apiLogging=false")]
    for name in (BACKEND, FRONTEND, SELFCHECK):
        found = dapr(chart.one(*name, *arguments))
        keys = ("log-level", "metrics-port", "graceful-shutdown-seconds", "enable-api-logging")
        assert [found[k] for k in keys] == ["debug", "9999", "3", "false"], name


@pytest.mark.parametrize("values", VALUES_FILES)
def test_a_leaving_backend_is_noticed_before_it_stops_listening(chart: Chart, values: str) -> None:
    deployment = chart.one(*BACKEND, values=values)
    found = dapr(deployment)
    assert found["enable-app-health-check"] == "true"
    seconds = int(found["app-health-probe-interval"]) * int(found["app-health-threshold"])
    (drain,) = (
        e["value"] for e in container(deployment)["env"] if e["name"] == "TODO_DRAIN_SECONDS"
    )
    assert seconds <= int(drain)
    # daprd refuses to start with a probe that may outlast its interval.
    interval = int(found["app-health-probe-interval"]) * 1000
    assert int(found["app-health-probe-timeout"]) <= interval


def test_the_kubernetes_token_reaches_the_sidecars_that_read_secrets_and_no_app(
    chart: Chart,
) -> None:
    for manifest in chart.render(*EVERYTHING):
        if not pod_specs([manifest]):
            continue
        spec = pod_spec(manifest)
        projected = [v["name"] for v in spec.get("volumes", []) if "projected" in v]
        mounted = dapr(manifest).get("volume-mounts")
        if key(manifest) in (BACKEND, SELFCHECK):
            assert (projected, mounted) == (["kubernetes-api"], f"kubernetes-api:{TOKEN_PATH}")
            assert spec["serviceAccountName"] == "todo-app"
        else:
            assert (projected, mounted) == ([], None), key(manifest)
        names = {m["name"] for c in spec["containers"] for m in c.get("volumeMounts", [])}
        assert "kubernetes-api" not in names, key(manifest)


def test_the_backend_and_its_sidecar_share_one_token(chart: Chart) -> None:
    backend = chart.one(*BACKEND, "--set=secrets.appToken=other-token")
    env = {e["name"]: e for e in container(backend)["env"]}
    reference = env["APP_API_TOKEN"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "other-token", "key": "token"}
    assert dapr(backend)["app-token-secret"] == "other-token"


def test_what_has_a_sidecar_is_made_by_a_controller(chart: Chart) -> None:
    """The injector passes over pods that a person or a pipeline makes."""
    for manifest in chart.render(*EVERYTHING):
        if pod_specs([manifest]) and dapr(manifest)["enabled"] == "true":
            assert manifest["kind"] in ("Deployment", "Job"), key(manifest)


def test_helm_shows_what_each_test_said(chart: Chart) -> None:
    for manifest in chart.render(*EVERYTHING):
        if hooks(manifest) == {"test"}:
            said = manifest["metadata"]["annotations"]["helm.sh/hook-output-log-policy"]
            assert said == "hook-succeeded,hook-failed", key(manifest)


def test_the_selfcheck_is_a_test_that_runs_the_backends_own_command(chart: Chart) -> None:
    selfcheck = chart.one(*SELFCHECK)
    prefix = "todo-app-test-"
    weights = {
        m["metadata"]["name"].removeprefix(prefix): int(
            m["metadata"]["annotations"]["helm.sh/hook-weight"]
        )
        for m in chart.render(*EVERYTHING)
        if m["metadata"]["name"].startswith(prefix)
    }
    assert weights["selfcheck"] < weights["fault"]
    one = container(selfcheck)
    assert one["image"] == container(chart.one(*BACKEND))["image"]
    assert one["command"] == ["todo", "selfcheck"]
    # It ends in bounded time, and the first failure is the verdict.
    spec = selfcheck["spec"]
    assert (spec["backoffLimit"], spec["activeDeadlineSeconds"]) == (0, 140)
    assert pod_spec(selfcheck)["restartPolicy"] == "Never"
    env = {e["name"]: e for e in one["env"]}
    assert env["TODO_BACKEND_URL"]["value"] == "http://todo-app-backend"
    assert env["TODO_FRONTEND_URL"]["value"] == "http://todo-app-frontend"
    assert env["TODO_SECRET_STORE"]["value"] == "kubernetes-secrets"
    for variable, name in (("TODO_SMOKE_USER", "name"), ("TODO_SMOKE_PASSWORD", "password")):
        reference = env[variable]["valueFrom"]["secretKeyRef"]
        assert reference == {"name": "smoke-user", "key": name}


def test_secrets_of_the_charts_own_come_from_the_environment(chart: Chart) -> None:
    env = container(chart.one(*BACKEND, *EVERYTHING))["env"]
    assert {"name": "TODO_SECRET_STORE", "value": ""} in env
    command = container(chart.one(*SELFCHECK, *EVERYTHING))["command"]
    assert command == ["todo", "selfcheck", "--checks", "sign-in,state,events,jobs,outbox"]


@pytest.mark.parametrize("values", VALUES_FILES)
def test_backend_and_cron_know_the_same_sweep(chart: Chart, values: str) -> None:
    arguments = ("--set=reminders.sweepSeconds=45",)
    env = container(chart.one(*BACKEND, *arguments, values=values))["env"]
    assert {"name": "TODO_SWEEP_SECONDS", "value": "45"} in env
    sweep = chart.one("Component", "reminder-sweep", *arguments, values=values)
    assert {"name": "schedule", "value": "@every 45s"} in sweep["spec"]["metadata"]
    # Without Dapr the backend's own clock keeps to it.
    env = container(chart.one(*BACKEND, *arguments, WITHOUT_DAPR, values=values))["env"]
    assert {"name": "TODO_SWEEP_SECONDS", "value": "45"} in env


def test_the_assistants_memory_is_in_the_state_store_there_is(chart: Chart) -> None:
    env = container(chart.one(*BACKEND))["env"]
    (store,) = [
        m["metadata"]["name"]
        for m in chart.render()
        if m["kind"] == "Component" and m["spec"]["type"].startswith("state.")
    ]
    assert {"name": "TODO_STATE_STORE", "value": store} in env


def test_traces_reach_the_backend_only_where_a_collector_is_named(chart: Chart) -> None:
    name, endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.observability:4318"
    env = container(chart.one(*BACKEND, f"--set=tracing.otlpEndpoint={endpoint}"))["env"]
    assert {"name": name, "value": endpoint} in env
    assert name not in {e["name"] for e in container(chart.one(*BACKEND))["env"]}


def test_prometheus_is_told_where_the_backends_metrics_are(chart: Chart) -> None:
    found = annotations(chart.one(*BACKEND, "--set=backend.port=8080"))
    keys = ("scrape", "port", "path")
    assert [found[f"prometheus.io/{k}"] for k in keys] == ["true", "8080", "/metrics"]


@pytest.mark.parametrize("values", VALUES_FILES)
def test_without_dapr_the_chart_is_the_app_alone(chart: Chart, values: str) -> None:
    manifests = chart.render(WITHOUT_DAPR, values=values)
    assert SELFCHECK not in {key(m) for m in manifests}
    for name in (BACKEND, FRONTEND):
        manifest = chart.one(*name, WITHOUT_DAPR, values=values)
        assert dapr(manifest) == {}
        assert not any("dapr" in annotation for annotation in annotations(manifest))
    env = container(chart.one(*BACKEND, WITHOUT_DAPR, values=values))["env"]
    assert {"name": "TODO_EVENTS", "value": "in-process"} in env
    of_the_sidecar = {"APP_API_TOKEN", "TODO_SECRET_STORE", "TODO_STATE_STORE"}
    assert not of_the_sidecar & {e["name"] for e in env}


@pytest.mark.parametrize(
    ("value", "restarted"),
    [
        ("--set=dapr.kafka.tls=false", {BACKEND}),
        ("--set=reminders.sweepSeconds=300", {BACKEND}),
        ("--set=secrets.kafka=other", {BACKEND}),
        ("--set-string=tracing.samplingRate=0.5", {BACKEND, FRONTEND}),
    ],
)
def test_changed_objects_restart_the_pods_whose_sidecars_read_them(
    chart: Chart, value: str, restarted: set[tuple[str, str]]
) -> None:
    both = (BACKEND, FRONTEND)
    changed = {name for name in both if template(chart, name) != template(chart, name, value)}
    assert changed == restarted


def test_a_new_version_of_the_chart_restarts_nothing(chart: Chart, tmp_path: Path) -> None:
    newer = shutil.copytree(CHART, tmp_path / "todo-app")
    about = (newer / "Chart.yaml").read_text()
    (newer / "Chart.yaml").write_text(about.replace("version: 0.2.0\n", "version: 9.9.9\n"))
    done = chart.run("template", "todo-app", str(newer), "--namespace", "todo")
    assert "todo-app-9.9.9" in done.stdout
    newer_templates = {
        key(m): m["spec"]["template"]
        for m in yaml.safe_load_all(done.stdout)
        if m and m["kind"] == "Deployment"
    }
    assert newer_templates == {name: template(chart, name) for name in (BACKEND, FRONTEND)}


def template(chart: Chart, name: tuple[str, str], *arguments: str) -> Manifest:
    """Render one Deployment's pod template."""
    return chart.one(*name, *arguments)["spec"]["template"]
