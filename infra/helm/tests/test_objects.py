"""Services, routes, hooks, budgets, policies and secrets are made when and as they should be."""

import base64
from typing import Any

import pytest

from rendering import (
    EVERYTHING,
    VALUES_FILES,
    WITHOUT_DAPR,
    Chart,
    container,
    hooks,
    kinds,
    pod_spec,
)

BACKEND, FRONTEND = "todo-app-backend", "todo-app-frontend"
METADATA = "/.well-known/oauth-protected-resource"
ROUTES = {
    "/api/auth": FRONTEND,
    "/api": BACKEND,
    "/mcp": BACKEND,
    METADATA: BACKEND,
    "/": FRONTEND,
}
HTTP_ROUTE = (
    "--set=gateway.httpRoute.enabled=true",
    "--set=gateway.httpRoute.parentRefs[0].name=web",
)


@pytest.mark.parametrize("name", [BACKEND, FRONTEND])
def test_services_select_exactly_the_pods_of_their_deployment(chart: Chart, name: str) -> None:
    service = chart.one("Service", name)["spec"]
    deployment = chart.one("Deployment", name)
    pod_labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert service["selector"] == deployment["spec"]["selector"]["matchLabels"]
    assert service["selector"].items() <= pod_labels.items()
    (port,) = service["ports"]
    ports = {p["name"] for p in container(deployment)["ports"]}
    assert (port["port"], port["targetPort"] in ports) == (80, True)


@pytest.mark.parametrize("values", VALUES_FILES)
def test_the_ingress_sends_api_and_mcp_to_the_backend_and_sign_in_and_the_rest_to_the_frontend(
    chart: Chart, values: str
) -> None:
    spec = chart.one("Ingress", "todo-app", values=values)["spec"]
    (rule,) = spec["rules"]
    assert (spec["ingressClassName"], "host" in rule, "tls" in spec) == ("traefik", False, False)
    paths = rule["http"]["paths"]
    assert {p["pathType"] for p in paths} == {"Prefix"}
    assert {p["path"]: p["backend"]["service"]["name"] for p in paths} == ROUTES
    assert len(paths) == len(ROUTES)


def test_a_host_and_a_certificate_reach_the_ingress(chart: Chart) -> None:
    arguments = ("--set=gateway.host=todo.example.org", "--set=gateway.ingress.tlsSecretName=cert")
    spec = chart.one("Ingress", "todo-app", *arguments)["spec"]
    assert [rule["host"] for rule in spec["rules"]] == ["todo.example.org"]
    assert spec["tls"] == [{"hosts": ["todo.example.org"], "secretName": "cert"}]


def test_the_http_route_sends_the_same_paths_to_the_same_services(chart: Chart) -> None:
    spec = chart.one("HTTPRoute", "todo-app", *HTTP_ROUTE)["spec"]
    routes = {
        match["path"]["value"]: backend["name"]
        for rule in spec["rules"]
        for match in rule["matches"]
        for backend in rule["backendRefs"]
    }
    types = {m["path"]["type"] for rule in spec["rules"] for m in rule["matches"]}
    assert (routes, types) == (ROUTES, {"PathPrefix"})
    assert ("hostnames" in spec, spec["parentRefs"]) == (False, [{"name": "web"}])


def test_a_host_reaches_the_http_route(chart: Chart) -> None:
    spec = chart.one("HTTPRoute", "todo-app", *HTTP_ROUTE, "--set=gateway.host=a.example")["spec"]
    assert spec["hostnames"] == ["a.example"]


@pytest.mark.parametrize(("ingress", "route"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_ingress_and_http_route_are_switched_apart(chart: Chart, ingress: int, route: int) -> None:
    switch = {0: "false", 1: "true"}
    manifests = chart.render(
        f"--set=gateway.ingress.enabled={switch[ingress]}",
        f"--set=gateway.httpRoute.enabled={switch[route]}",
        values="values-local.yaml",
    )
    assert (len(kinds(manifests, "Ingress")), len(kinds(manifests, "HTTPRoute"))) == (
        ingress,
        route,
    )


def test_the_migration_runs_before_and_uses_only_what_was_there_before(chart: Chart) -> None:
    job = chart.one("Job", "todo-app-migration", values="values-local.yaml")
    annotations = job["metadata"]["annotations"]
    assert hooks(job) == {"pre-install", "pre-upgrade"}
    # A failed one is kept: its logs are the reason.
    assert annotations["helm.sh/hook-delete-policy"] == "before-hook-creation,hook-succeeded"
    assert job["spec"]["backoffLimit"] == 0
    assert job["spec"]["activeDeadlineSeconds"] == 30
    pod = job["spec"]["template"]
    assert pod["metadata"]["annotations"]["dapr.io/enabled"] == "false"
    assert "serviceAccountName" not in pod["spec"]
    assert all("emptyDir" in volume for volume in pod["spec"]["volumes"])
    assert container(job)["command"] == ["todo", "migrate"]


def test_the_migration_can_be_left_out(chart: Chart) -> None:
    assert not kinds(chart.render("--set=migration.enabled=false", WITHOUT_DAPR), "Job")


def test_the_test_pod_asks_both_services_and_needs_no_further_image(chart: Chart) -> None:
    backend_image = container(chart.one("Deployment", BACKEND))["image"]
    (pod,) = kinds(chart.render(WITHOUT_DAPR), "Pod")
    assert hooks(pod) == {"test"}
    assert pod["metadata"]["annotations"]["dapr.io/enabled"] == "false"
    assert pod_spec(pod)["restartPolicy"] == "Never"
    one = container(pod)
    assert (one["image"], one["command"]) == (backend_image, ["python3", "-c"])
    (script,) = one["args"]
    compile(script, pod["metadata"]["name"], "exec")
    asked = [line.split('"')[1] for line in script.splitlines() if line.startswith("url = ")]
    assert asked == [f"http://{BACKEND}/api/health", f"http://{FRONTEND}/"]


@pytest.mark.parametrize(
    ("backend", "frontend", "made"),
    [(1, 1, []), (2, 1, [BACKEND]), (1, 3, [FRONTEND]), (2, 2, [BACKEND, FRONTEND])],
)
def test_a_budget_is_made_only_above_one_replica(
    chart: Chart, backend: int, frontend: int, made: list[str]
) -> None:
    replicas = f"--set=backend.replicas={backend},frontend.replicas={frontend}"
    budgets = kinds(chart.render(replicas), "PodDisruptionBudget")
    assert [b["metadata"]["name"] for b in budgets] == made
    for budget in budgets:
        deployment = chart.one("Deployment", budget["metadata"]["name"], replicas)
        assert budget["spec"]["selector"] == deployment["spec"]["selector"]
        assert budget["spec"]["maxUnavailable"] < deployment["spec"]["replicas"]


def test_a_count_that_is_left_to_an_autoscaler_is_not_in_the_release(chart: Chart) -> None:
    for name, component in ((BACKEND, "backend"), (FRONTEND, "frontend")):
        null = f"--set-json={component}.replicas=null"
        assert "replicas" not in chart.one("Deployment", name, null)["spec"]
        assert chart.one("PodDisruptionBudget", name, null)
        assert chart.one("Deployment", name)["spec"]["replicas"] == 1


def test_policies_are_off_until_asked_for(chart: Chart) -> None:
    assert not kinds(chart.render(), "NetworkPolicy")


def test_policies_let_in_the_gateway_the_other_component_and_the_tests(chart: Chart) -> None:
    policies = kinds(chart.render("--set=networkPolicy.enabled=true"), "NetworkPolicy")
    assert [p["metadata"]["name"] for p in policies] == [BACKEND, FRONTEND]
    for policy, other in zip(policies, ("frontend", "backend"), strict=True):
        assert policy["spec"]["policyTypes"] == ["Ingress"]
        http, sidecar = policy["spec"]["ingress"]
        assert (http["ports"], sidecar) == ([{"port": "http"}], {"ports": [{"port": 3501}]})
        gateway, *pods = http["from"]
        labels = gateway["namespaceSelector"]["matchLabels"]
        assert labels == {"kubernetes.io/metadata.name": "traefik"}
        component = "app.kubernetes.io/component"
        assert [p["podSelector"]["matchLabels"][component] for p in pods] == [other, "test"]


def test_policies_let_a_named_prometheus_read_the_metrics_of_app_and_sidecar(chart: Chart) -> None:
    named = ("--set=networkPolicy.enabled=true", "--set=networkPolicy.metricsNamespace=monitoring")
    for arguments, ports in ((named, ["http", 9090]), ((*named, WITHOUT_DAPR), ["http"])):
        for policy in kinds(chart.render(*arguments), "NetworkPolicy"):
            rule = policy["spec"]["ingress"][1]
            assert [p["port"] for p in rule["ports"]] == ports
            (peer,) = rule["from"]
            labels = peer["namespaceSelector"]["matchLabels"]
            assert labels == {"kubernetes.io/metadata.name": "monitoring"}


@pytest.mark.parametrize("values", VALUES_FILES)
def test_no_secret_is_made_unless_asked_for(chart: Chart, values: str) -> None:
    assert not kinds(chart.render(values=values), "Secret")


def test_a_secret_asked_for_is_there_before_the_migration_and_used_by_all(chart: Chart) -> None:
    secrets = kinds(chart.render(*EVERYTHING), "Secret")
    job = chart.one("Job", "todo-app-migration", *EVERYTHING)
    weight = "helm.sh/hook-weight"
    for secret in secrets:
        assert hooks(secret) == hooks(job)
        assert int(secret["metadata"]["annotations"][weight]) < int(
            job["metadata"]["annotations"][weight]
        )
    # Not the names of Secrets made by hand: the hook deletes before it creates.
    assert {s["metadata"]["name"]: set(s["stringData"]) for s in secrets} == {
        "todo-app-secrets": {"database-url", "better-auth-secret"},
        "todo-app-kafka-secrets": {"brokers", "username", "password"},
        "todo-app-app-token": {"token"},
        "todo-app-smoke-user": {"name", "password"},
    }
    assert secret_names(container(job)) == {"todo-app-secrets"}
    backend = chart.one("Deployment", BACKEND, *EVERYTHING)
    assert secret_names(container(backend)) == {"todo-app-secrets", "todo-app-app-token"}
    frontend = chart.one("Deployment", FRONTEND, *EVERYTHING)
    assert secret_names(container(frontend)) == {"todo-app-secrets"}
    selfcheck = chart.one("Job", "todo-app-test-selfcheck", *EVERYTHING)
    assert secret_names(container(selfcheck)) == {"todo-app-smoke-user"}


def test_without_dapr_one_secret_is_enough(chart: Chart) -> None:
    given = ("databaseUrl=postgresql://u:p@db/todo", f"betterAuthSecret={'x' * 32}")
    values = (f"--set=secrets.values.{value}" for value in given)
    (secret,) = kinds(chart.render(WITHOUT_DAPR, "--set=secrets.create=true", *values), "Secret")
    assert secret["metadata"]["name"] == "todo-app-secrets"


def test_secret_values_stand_in_the_secret_alone_and_a_new_one_restarts_the_backend(
    chart: Chart,
) -> None:
    canary = "canary-" + "x" * 32
    changed = (*EVERYTHING, f"--set=secrets.values.betterAuthSecret={canary}")
    rendered = chart.text(*changed)
    assert rendered.count(canary) == 1
    assert base64.b64encode(canary.encode()).decode() not in rendered
    templates = [
        chart.one("Deployment", BACKEND, *arguments)["spec"]["template"]
        for arguments in (EVERYTHING, changed)
    ]
    assert templates[0] != templates[1]


def test_a_service_account_is_made_without_a_token(chart: Chart) -> None:
    (account,) = kinds(chart.render(), "ServiceAccount")
    assert account["automountServiceAccountToken"] is False
    for name in (BACKEND, FRONTEND):
        used = pod_spec(chart.one("Deployment", name))["serviceAccountName"]
        assert used == account["metadata"]["name"]


def test_an_existing_service_account_can_be_used(chart: Chart) -> None:
    arguments = ("--set=serviceAccount.create=false", "--set=serviceAccount.name=mine")
    assert not kinds(chart.render(*arguments), "ServiceAccount")
    spec = pod_spec(chart.one("Deployment", BACKEND, *arguments))
    assert spec["serviceAccountName"] == "mine"


def secret_names(one: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Name the Secrets a container's environment refers to."""
    return {e["valueFrom"]["secretKeyRef"]["name"] for e in one["env"] if "valueFrom" in e}
