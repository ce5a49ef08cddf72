"""Every pod of the chart runs restricted, asks for what it needs, and says when it is well."""

import re
from pathlib import Path

import pytest

from rendering import (
    DIGEST,
    EVERYTHING,
    REPOSITORY,
    VALUES_FILES,
    Chart,
    container,
    key,
    kinds,
    pod_spec,
    pod_specs,
)

AUTHORITY_FILE = "/etc/todo/database-authority.pem"
COMPONENTS = ("backend", "frontend")


def test_the_render_of_everything_has_all_pods(chart: Chart) -> None:
    assert set(pod_specs(chart.render(*EVERYTHING))) == {
        ("Deployment", "todo-app-backend"),
        ("Deployment", "todo-app-frontend"),
        ("Job", "todo-app-migration"),
        ("Job", "todo-app-test-selfcheck"),
        ("Pod", "todo-app-test-fault"),
    }


def test_without_dapr_a_pod_asks_both_services(chart: Chart) -> None:
    """With it the selfcheck does, as it signs in at one and is recognised by the other."""
    specs = pod_specs(chart.render("--set=dapr.enabled=false"))
    assert {name for _, name in specs if "-test-" in name} == {"todo-app-test-services"}
    (script,) = specs["Pod", "todo-app-test-services"]["containers"][0]["args"]
    assert "http://todo-app-backend/api/health" in script
    assert "http://todo-app-frontend/" in script


@pytest.mark.parametrize("values", VALUES_FILES)
def test_pods_meet_the_restricted_standard(chart: Chart, values: str) -> None:
    for name, spec in pod_specs(chart.render(*EVERYTHING, values=values)).items():
        security = spec["securityContext"]
        assert security["runAsNonRoot"] is True, name
        assert security["runAsUser"] == 10001, name
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert spec["automountServiceAccountToken"] is False, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), name
        assert all("hostPath" not in volume for volume in spec.get("volumes", [])), name
        for one in spec["containers"]:
            assert one["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name


def test_each_program_that_reads_the_url_finds_the_databases_authority_where_it_may_name_it(
    chart: Chart, tmp_path: Path
) -> None:
    """The pipeline refuses a URL that names another file: no pod has one."""
    text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
    (tmp_path / "ca.pem").write_text(f"{text}\n")
    objects = chart.render(f"--set-file=database.authority={tmp_path}/ca.pem")
    readers = {
        name: manifest["spec"]["template"]
        for manifest in objects
        if (name := key(manifest)[1]) and manifest["kind"] in ("Deployment", "Job")
    }
    assert set(readers) == {
        "todo-app-backend",
        "todo-app-frontend",
        "todo-app-migration",
        "todo-app-test-selfcheck",
    }
    folder, _, file = AUTHORITY_FILE.rpartition("/")
    for name, pod in readers.items():
        notes = pod["metadata"]["annotations"]
        assert notes["todo-app/database-authority"] == text, name
        (volume,) = (v for v in pod["spec"]["volumes"] if v["name"] == "database-authority")
        (item,) = volume["downwardAPI"]["items"]
        field = "metadata.annotations['todo-app/database-authority']"
        assert item == {"path": file, "fieldRef": {"fieldPath": field}}, name
        asks = notes.get("dapr.io/volume-mounts", "")
        # The sidecar's state store reads the URL too; the test asks the database through it alone.
        if name in ("todo-app-backend", "todo-app-test-selfcheck"):
            assert f"database-authority:{folder}" in asks.split(","), name
        mount = {"name": "database-authority", "mountPath": folder, "readOnly": True}
        mounted = mount in pod["spec"]["containers"][0].get("volumeMounts", [])
        assert mounted == (name != "todo-app-test-selfcheck"), name
    assert "database-authority" not in chart.text()


@pytest.mark.parametrize("values", VALUES_FILES)
def test_containers_have_requests_limits_and_pull_secrets(chart: Chart, values: str) -> None:
    for name, spec in pod_specs(chart.render(*EVERYTHING, values=values)).items():
        assert spec["imagePullSecrets"] == [{"name": "ghcr-pull"}], name
        for one in spec["containers"]:
            for side in ("requests", "limits"):
                assert set(one["resources"][side]) == {"cpu", "memory"}, name


def test_public_images_need_no_pull_secret(chart: Chart) -> None:
    specs = pod_specs(chart.render("--set-json", "imagePullSecrets=[]"))
    assert all("imagePullSecrets" not in spec for spec in specs.values())


@pytest.mark.parametrize("component", COMPONENTS)
def test_deployments_have_all_probes_and_a_graceful_end(chart: Chart, component: str) -> None:
    deployment = chart.one("Deployment", f"todo-app-{component}", values="values-local.yaml")
    one = container(deployment)
    paths = {
        probe: one[f"{probe}Probe"]["httpGet"]["path"]
        for probe in ("startup", "liveness", "readiness")
    }
    assert paths == (
        {
            "startup": "/api/health/startup",
            "liveness": "/api/health/live",
            "readiness": "/api/health/ready",
        }
        if component == "backend"
        else dict.fromkeys(paths, "/health")
    )
    assert one["readinessProbe"]["periodSeconds"] <= 2
    sleep = one["lifecycle"]["preStop"]["sleep"]["seconds"]
    drain = int(environment(one).get("TODO_DRAIN_SECONDS", 0))
    assert 0 < sleep + drain < pod_spec(deployment)["terminationGracePeriodSeconds"]


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_rollout_never_takes_the_last_pod_away(chart: Chart, component: str) -> None:
    spec = chart.one("Deployment", f"todo-app-{component}")["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert 0 < spec["minReadySeconds"] < spec["progressDeadlineSeconds"]
    (spread,) = spec["template"]["spec"]["topologySpreadConstraints"]
    assert spread["labelSelector"] == spec["selector"]
    assert spread["whenUnsatisfiable"] == "ScheduleAnyway"


@pytest.mark.parametrize(
    ("values", "seconds"), [("values-local.yaml", 30), ("values-oke.yaml", 180)]
)
def test_the_progress_deadline_is_the_environments(chart: Chart, values: str, seconds: int) -> None:
    for deployment in kinds(chart.render(values=values), "Deployment"):
        assert deployment["spec"]["progressDeadlineSeconds"] == seconds


@pytest.mark.parametrize("values", VALUES_FILES)
def test_a_digest_wins_over_a_tag_in_every_pod(chart: Chart, values: str) -> None:
    arguments = [
        argument
        for component in COMPONENTS
        for argument in (
            f"--set={component}.image.repository=10.255.0.1:5000/todo/todo-{component}",
            f"--set={component}.image.tag=sha-1234567",
            f"--set={component}.image.digest={DIGEST}",
        )
    ]
    for (kind, name), spec in pod_specs(chart.render(*arguments, values=values)).items():
        image = "todo-frontend" if name == "todo-app-frontend" else "todo-backend"
        (one,) = spec["containers"]
        assert one["image"] == f"10.255.0.1:5000/todo/{image}@{DIGEST}", (kind, name)


def test_without_a_digest_the_tag_counts_and_without_a_tag_the_app_version(chart: Chart) -> None:
    tagged = chart.one("Deployment", "todo-app-backend", "--set=backend.image.tag=sha-1234567")
    assert container(tagged)["image"] == "ghcr.io/your-org/todo-backend:sha-1234567"
    plain = chart.one("Deployment", "todo-app-backend")
    assert container(plain)["image"] == "ghcr.io/your-org/todo-backend:0.1.0"


def test_a_new_tag_of_the_same_digest_restarts_nothing(chart: Chart) -> None:
    digest = f"--set=backend.image.digest={DIGEST}"
    first, second = (
        chart.one("Deployment", "todo-app-backend", digest, f"--set=backend.image.tag={tag}")
        for tag in ("sha-aaaaaaa", "sha-bbbbbbb")
    )
    assert first["spec"]["template"] == second["spec"]["template"]


def test_each_container_gets_its_own_secrets_and_by_reference_only(chart: Chart) -> None:
    database = {"DATABASE_URL": {"name": "app-secrets", "key": "database-url"}}
    backend = database | {
        "COHERE_API_KEY": {"name": "app-secrets", "key": "cohere-api-key", "optional": True}
    }
    token = {"APP_API_TOKEN": {"name": "dapr-app-token", "key": "token"}}
    secret = {"BETTER_AUTH_SECRET": {"name": "app-secrets", "key": "better-auth-secret"}}
    wanted = {
        ("Deployment", "todo-app-backend"): backend | token,
        ("Job", "todo-app-migration"): backend,
        ("Deployment", "todo-app-frontend"): database | secret,
    }
    for name, references in wanted.items():
        env = container(chart.one(*name))["env"]
        given = {e["name"]: e["valueFrom"]["secretKeyRef"] for e in env if "valueFrom" in e}
        assert given == references, name


def test_the_environment_and_further_settings_reach_the_containers(chart: Chart) -> None:
    further = ("--set=backend.env.TODO_LOG_LEVEL=debug", "--set=frontend.env.NODE_OPTIONS=--trace")
    backend = chart.one("Deployment", "todo-app-backend", *further, values="values-oke.yaml")
    frontend = chart.one("Deployment", "todo-app-frontend", *further, values="values-oke.yaml")
    assert environment(container(backend)) == {
        "TODO_ENVIRONMENT": "oke",
        "BETTER_AUTH_URL": "https://todo.example.org",
        "BETTER_AUTH_JWKS_URL": "http://todo-app-frontend/api/auth/jwks",
        "TODO_HOST": "0.0.0.0",
        "TODO_PORT": "8000",
        "TODO_DRAIN_SECONDS": "2",
        "TODO_SWEEP_SECONDS": "30",
        "TODO_EVENTS": "dapr",
        "TODO_SECRET_STORE": "kubernetes-secrets",
        "TODO_STATE_STORE": "statestore",
        "TODO_LOG_LEVEL": "debug",
    }
    assert environment(container(frontend)) == {
        "TODO_ENVIRONMENT": "oke",
        "BETTER_AUTH_URL": "https://todo.example.org",
        "TODO_BACKEND_URL": "http://todo-app-backend",
        "PORT": "3000",
        "HOSTNAME": "0.0.0.0",
        "NODE_OPTIONS": "--trace",
    }


def test_requests_in_flight_get_all_the_time_the_backend_gives_them(chart: Chart) -> None:
    server = (REPOSITORY / "backend/server.py").read_text()
    (in_flight,) = re.findall(r"^GRACE_SECONDS = (\d+)$", server, re.MULTILINE)
    deployment = chart.one("Deployment", "todo-app-backend")
    one = container(deployment)
    before = one["lifecycle"]["preStop"]["sleep"]["seconds"]
    before += int(environment(one)["TODO_DRAIN_SECONDS"])
    assert pod_spec(deployment)["terminationGracePeriodSeconds"] > before + int(in_flight)


def test_what_the_programs_write_to_is_an_empty_volume(chart: Chart) -> None:
    mounts = {
        component: {m["mountPath"] for m in container(deployment)["volumeMounts"]}
        for component in COMPONENTS
        for deployment in [chart.one("Deployment", f"todo-app-{component}")]
    }
    assert mounts == {"backend": {"/tmp"}, "frontend": {"/tmp", "/app/.next/cache"}}


def environment(one: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    """Read the plain values of a container's environment."""
    return {e["name"]: e["value"] for e in one["env"] if "value" in e}
