"""The chart makes what infra/dapr-components says, scoped to the apps, and nothing without Dapr."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from rendering import (
    COMPONENTS,
    VALUES_FILES,
    WITHOUT_DAPR,
    Chart,
    Manifest,
    documents,
    key,
    kinds,
    topics,
)

DAPR_KINDS = ("Component", "Configuration", "Resiliency", "Subscription")
BACKEND = "todo-backend"
TOPICS = set(topics())


def dapr_objects(manifests: list[Manifest]) -> dict[tuple[str, str], Manifest]:
    """Pick Dapr's objects, without what a release adds to each."""
    found = {key(m): m for m in manifests if m["kind"] in DAPR_KINDS}
    return {name: bare(m) for name, m in found.items()}


def bare(manifest: Manifest) -> Manifest:
    """Leave labels and namespace out: a release brings its own."""
    return manifest | {"metadata": {"name": manifest["metadata"]["name"]}}


def metadata(component: Manifest) -> dict[str, Any]:
    """Read a Component's settings by name."""
    items = component["spec"]["metadata"]
    return {item["name"]: item.get("value", item.get("secretKeyRef")) for item in items}


def differences(chart: Chart, *arguments: str) -> set[str]:
    """Name the objects in which chart and plain manifests differ."""
    plain = {name: bare(m) for name, m in documents(COMPONENTS).items()}
    made = dapr_objects(chart.render(*arguments, values="values-oke.yaml"))
    return {name for _, name in {**plain, **made} if pick(plain, name) != pick(made, name)}


def pick(objects: dict[tuple[str, str], Manifest], name: str) -> list[Manifest]:
    """Find all objects of a name, whatever their kind."""
    return [m for (_, other), m in sorted(objects.items()) if other == name]


def test_the_chart_on_oke_makes_exactly_the_plain_manifests(chart: Chart) -> None:
    assert len(documents(COMPONENTS)) == 4 + 1 + 1 + 6
    assert differences(chart) == set()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("dapr.kafka.tls=false", "kafka-pubsub"),
        ("dapr.kafka.mechanism=SCRAM-SHA-512", "kafka-pubsub"),
        ("secrets.kafka=other", "kafka-pubsub"),
        ("reminders.sweepSeconds=300", "reminder-sweep"),
        ("tracing.otlpEndpoint=http://collector:4318", "todo"),
    ],
)
def test_a_difference_between_chart_and_manifests_is_noticed(
    chart: Chart, value: str, name: str
) -> None:
    assert differences(chart, f"--set={value}") == {name}


def test_each_component_has_a_file_of_its_own() -> None:
    """T016 to T019."""
    types = [
        (path.name, manifest["spec"]["type"])
        for path in sorted(COMPONENTS.glob("*.yaml"))
        for manifest in yaml.safe_load_all(path.read_text())
        if manifest["kind"] == "Component"
    ]
    assert types == [
        ("kafka-pubsub.yaml", "pubsub.kafka"),
        ("scheduler-jobs.yaml", "bindings.cron"),
        ("secretstores-kubernetes.yaml", "secretstores.kubernetes"),
        ("state-postgresql.yaml", "state.postgresql"),
    ]


def test_the_plain_manifests_apply_to_the_namespace_of_the_app() -> None:
    assert {m["metadata"]["namespace"] for m in documents(COMPONENTS).values()} == {"todo"}


@pytest.mark.parametrize("arguments", [(WITHOUT_DAPR,), ("--set=dapr.components.create=false",)])
def test_no_object_of_dapr_is_made_when_switched_off(
    chart: Chart, arguments: tuple[str, ...]
) -> None:
    assert not dapr_objects(chart.render(*arguments))


@pytest.mark.parametrize("values", VALUES_FILES)
def test_every_object_that_can_be_is_scoped(chart: Chart, values: str) -> None:
    for (kind, name), manifest in dapr_objects(chart.render(values=values)).items():
        is_checked = name in ("kubernetes-secrets", "statestore")
        wanted = [BACKEND, "todo-selfcheck"] if is_checked else [BACKEND]
        assert kind == "Configuration" or manifest["scopes"] == wanted, name


def test_scopes_subscriptions_and_consumer_follow_the_app_id(chart: Chart) -> None:
    objects = dapr_objects(chart.render("--set=dapr.appIds.backend=other"))
    scopes = {app for m in objects.values() for app in m.get("scopes", [])}
    assert scopes == {"other", "todo-selfcheck"}
    assert metadata(objects["Component", "kafka-pubsub"])["consumerID"] == "other"


def test_kafka_is_asked_for_with_a_password_over_tls_but_in_the_lab(chart: Chart) -> None:
    for values in VALUES_FILES:
        objects = dapr_objects(chart.render(values=values))
        settings = metadata(objects["Component", "kafka-pubsub"])
        assert (settings["authType"], settings["saslMechanism"]) == ("password", "SHA-256")
        plain = values == "values-local.yaml"
        assert settings["disableTls"] == ("true" if plain else "false"), values
        assert settings["initialOffset"] == "oldest"


def test_a_reader_that_left_at_a_rollout_is_missed_within_a_second(chart: Chart) -> None:
    """The other readers learn of it at their next heartbeat; Dapr's own default is 3 s."""
    settings = metadata(dapr_objects(chart.render())["Component", "kafka-pubsub"])
    assert settings["heartbeatInterval"] == "500ms"


@pytest.mark.parametrize(
    ("mechanism", "in_daprs_words"),
    [("SCRAM-SHA-256", "SHA-256"), ("SCRAM-SHA-512", "SHA-512"), ("PLAIN", "PLAINTEXT")],
)
def test_the_sidecar_signs_in_as_the_broker_asks(
    chart: Chart, mechanism: str, in_daprs_words: str
) -> None:
    objects = dapr_objects(chart.render(f"--set=dapr.kafka.mechanism={mechanism}"))
    settings = metadata(objects["Component", "kafka-pubsub"])
    assert (settings["authType"], settings["saslMechanism"]) == ("password", in_daprs_words)


def test_a_private_authority_is_handed_on_and_none_is_left_out(
    chart: Chart, tmp_path: Path
) -> None:
    text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
    (tmp_path / "ca.pem").write_text(f"{text}\n")
    objects = dapr_objects(chart.render(f"--set-file=dapr.kafka.authority={tmp_path}/ca.pem"))
    assert metadata(objects["Component", "kafka-pubsub"])["caCert"] == text
    plain = dapr_objects(chart.render())
    assert "caCert" not in metadata(plain["Component", "kafka-pubsub"])


@pytest.mark.parametrize("values", VALUES_FILES)
def test_passwords_are_references_that_daprs_operator_resolves(chart: Chart, values: str) -> None:
    objects = dapr_objects(chart.render(values=values))
    referring: dict[str, set[tuple[str, str]]] = {}
    for (_, name), manifest in objects.items():
        references = [i["secretKeyRef"] for i in items(manifest) if "secretKeyRef" in i]
        if references:
            assert manifest["auth"] == {"secretStore": "kubernetes"}
            referring[name] = {(r["name"], r["key"]) for r in references}
    assert referring == {
        "kafka-pubsub": {("kafka-secrets", k) for k in ("brokers", "username", "password")},
        "statestore": {("app-secrets", "database-url")},
    }


def items(manifest: Manifest) -> list[dict[str, Any]]:
    """List a Component's settings; other kinds have none."""
    return manifest["spec"].get("metadata", []) if manifest["kind"] == "Component" else []


def test_each_topic_has_a_route_retries_and_a_dead_letter_topic_that_is_listened_to(
    chart: Chart,
) -> None:
    manifests = chart.render()
    specs = {m["metadata"]["name"]: m["spec"] for m in kinds(manifests, "Subscription")}
    assert set(specs) == TOPICS | {f"{topic}-dead-letter" for topic in TOPICS}
    for name, spec in specs.items():
        assert (spec["topic"], spec["pubsubname"]) == (name, "kafka-pubsub")
    routes = {name: spec["routes"]["default"] for name, spec in specs.items()}
    assert {topic: routes[topic] for topic in TOPICS} == topics()
    for topic in TOPICS:
        assert specs[topic]["deadLetterTopic"] == f"{topic}-dead-letter"
        assert routes[f"{topic}-dead-letter"] == "/events/dead-letters"
        # Its own dead letter would be lost: it is delivered until it is stored, even when it is no
        # CloudEvent at all.
        assert "deadLetterTopic" not in specs[f"{topic}-dead-letter"]
        assert specs[f"{topic}-dead-letter"]["metadata"] == {"rawPayload": "true"}
    (resiliency,) = kinds(manifests, "Resiliency")
    inbound = resiliency["spec"]["targets"]["components"]["kafka-pubsub"]["inbound"]
    retry = resiliency["spec"]["policies"]["retries"][inbound["retry"]]
    assert (retry["policy"], retry["maxRetries"] > 0) == ("exponential", True)


def test_every_policy_named_by_a_target_exists(chart: Chart) -> None:
    (resiliency,) = kinds(chart.render(), "Resiliency")
    policies = resiliency["spec"]["policies"]
    components = {name for kind, name in dapr_objects(chart.render()) if kind == "Component"}
    for name, target in resiliency["spec"]["targets"]["components"].items():
        assert name in components
        for direction in target.values():
            assert direction["timeout"] in policies["timeouts"]
            assert direction["retry"] in policies["retries"]
            assert direction.get("circuitBreaker", "kafka") in policies["circuitBreakers"]


def test_the_configuration_shuts_what_the_app_does_not_use(chart: Chart) -> None:
    (configuration,) = kinds(chart.render(), "Configuration")
    spec = configuration["spec"]
    assert spec["features"] == [{"name": "HotReload", "enabled": False}]
    assert spec["accessControl"] == {"defaultAction": "deny"}
    scopes = {s["storeName"]: s for s in spec["secrets"]["scopes"]}
    assert {s["defaultAccess"] for s in scopes.values()} == {"deny"}
    assert scopes["kubernetes-secrets"]["allowedSecrets"] == ["app-secrets"]
    assert "allowedSecrets" not in scopes["kubernetes"]


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_traces_go_where_the_backends_go(chart: Chart, scheme: str, secure: bool) -> None:
    endpoint = f"--set=tracing.otlpEndpoint={scheme}://collector.observability:4318"
    (configuration,) = kinds(chart.render(endpoint), "Configuration")
    address = "collector.observability:4318"
    wanted = {"protocol": "http", "endpointAddress": address, "isSecure": secure}
    assert configuration["spec"]["tracing"] == {"samplingRate": "1", "otel": wanted}
    (plain,) = kinds(chart.render(), "Configuration")
    assert plain["spec"]["tracing"] == {"samplingRate": "1"}


@pytest.mark.parametrize("create", [False, True])
def test_the_role_allows_to_get_one_secret_by_name(chart: Chart, create: bool) -> None:
    secrets = ("databaseUrl=postgresql://u:p@db/todo", f"betterAuthSecret={'x' * 32}")
    kafka = ("kafkaBrokers=b:9092", "kafkaUsername=u", "kafkaPassword=p")
    given = (*secrets, *kafka, f"appToken={'x' * 32}", f"smokePassword={'x' * 16}")
    own = ("--set=secrets.create=true", *(f"--set=secrets.values.{v}" for v in given))
    manifests = chart.render(*(own if create else ()))
    (role,), (binding,) = kinds(manifests, "Role"), kinds(manifests, "RoleBinding")
    name = "todo-app-secrets" if create else "app-secrets"
    assert role["rules"] == [
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": [name], "verbs": ["get"]}
    ]
    (configuration,) = kinds(manifests, "Configuration")
    assert configuration["spec"]["secrets"]["scopes"][0]["allowedSecrets"] == [name]
    (subject,) = binding["subjects"]
    assert (subject["name"], subject["namespace"]) == ("todo-app", "todo")
    assert binding["roleRef"]["name"] == role["metadata"]["name"]


def test_without_dapr_nobody_may_read_a_secret(chart: Chart) -> None:
    manifests = chart.render(WITHOUT_DAPR)
    assert not kinds(manifests, "Role") + kinds(manifests, "RoleBinding")
