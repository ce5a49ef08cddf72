"""The schema refuses every wrong value, and says which one it is."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from rendering import CHART, VALUES_FILES, Chart

SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())


def pem(kind: str) -> str:
    """Write something in PEM's shape."""
    return f"-----BEGIN {kind}-----\nMIIB+/8=\n-----END {kind}-----\n"


CERTIFICATE = pem("CERTIFICATE")

# What is set, where the message must point, and what it must say.
WRONG = [
    ("environment=Production", "/environment", "does not match pattern"),
    ("nameOverride=x", "''", "'nameOverride' not allowed"),
    ("backend.replica=2", "/backend", "'replica' not allowed"),
    ("backend.replicas=two", "/backend/replicas", "want null or integer"),
    ("backend.replicas=0", "/backend/replicas", "minimum"),
    ("frontend.replicas=21", "/frontend/replicas", "maximum"),
    ("backend.port=80", "/backend/port", "minimum"),
    ("frontend.drainSeconds=5", "/frontend", "'drainSeconds' not allowed"),
    ("backend.image=todo-backend", "/backend/image", "want object"),
    ("backend.image.repository=ghcr.io/Me/x", "/backend/image/repository", "'ghcr.io/Me/x'"),
    ("backend.image.repository=me/x:1", "/backend/image/repository", "'me/x:1'"),
    ("backend.image.tag=12345678", "/backend/image/tag", "want string"),
    ("backend.image.digest=sha256:abc", "/backend/image/digest", "[0-9a-f]{64}"),
    ("frontend.image.digest=latest", "/frontend/image/digest", "'latest'"),
    ("backend.env.DATABASE_URL=x", "/backend/env/DATABASE_URL", "false schema"),
    ("frontend.env.PORT=x", "/frontend/env/PORT", "false schema"),
    ("backend.env.lower=x", "/backend/env", "'lower' not allowed"),
    ("backend.env.NUMBER=1", "/backend/env/NUMBER", "want string"),
    ("backend.resources.requests.cpu=lots", "/backend/resources/requests/cpu", "'lots'"),
    ("backend.resources.limits.memory=1G", "/backend/resources/limits/memory", "'1G'"),
    ("backend.resources.limits.gpu=1", "/backend/resources/limits", "'gpu' not allowed"),
    ("backend.preStopSleepSeconds=-1", "/backend/preStopSleepSeconds", "minimum"),
    ("backend.terminationGracePeriodSeconds=0", "/backend/terminationGracePeriodSeconds", "min"),
    ("backend.probes.startup.path=health", "/backend/probes/startup/path", "'health'"),
    ("backend.probes.readiness.periodSeconds=0", "/backend/probes/readiness/periodSeconds", "min"),
    ("frontend.probes.live.path=/x", "/frontend/probes", "'live' not allowed"),
    ("imagePullSecrets=ghcr-pull", "/imagePullSecrets", "want array"),
    ("imagePullSecrets[0].secret=x", "/imagePullSecrets/0", "'secret' not allowed"),
    ("serviceAccount.name=Not_A_Name", "/serviceAccount/name", "'Not_A_Name'"),
    ("serviceAccount.annotations.a=1", "/serviceAccount/annotations/a", "want string"),
    ("secrets.existing=", "/secrets/existing", "''"),
    ("secrets.create=yes", "/secrets/create", "want boolean"),
    ("secrets.create=true", "/secrets/values/databaseUrl", "minLength"),
    ("secrets.create=true", "/secrets/values/betterAuthSecret", "want 32"),
    ("secrets.values.kafka=x", "/secrets/values", "'kafka' not allowed"),
    ("secrets.kafka=", "/secrets/kafka", "''"),
    ("secrets.create=true", "/secrets/values/kafkaPassword", "minLength"),
    ("secrets.create=true", "/secrets/values/appToken", "want 32"),
    ("dapr.enabled=on", "/dapr/enabled", "want boolean"),
    ("dapr.appId=todo", "/dapr", "'appId' not allowed"),
    ("dapr.appIds.backend=Todo", "/dapr/appIds/backend", "'Todo'"),
    ("dapr.logLevel=loud", "/dapr/logLevel", "'debug', 'info'"),
    ("dapr.sidecar.resources.limits.cpu=some", "/dapr/sidecar/resources/limits/cpu", "'some'"),
    ("dapr.sidecar.metricsPort=80", "/dapr/sidecar/metricsPort", "minimum"),
    ("dapr.sidecar.gracefulShutdownSeconds=0", "/dapr/sidecar/gracefulShutdownSeconds", "min"),
    ("dapr.appHealth.threshold=0", "/dapr/appHealth/threshold", "minimum"),
    ("dapr.components.create=no", "/dapr/components/create", "want boolean"),
    ("dapr.components.kafka=x", "/dapr/components", "'kafka' not allowed"),
    ("dapr.kafka.tls=1", "/dapr/kafka/tls", "want boolean"),
    ("dapr.kafka.mechanism=SHA-512", "/dapr/kafka/mechanism", "'SCRAM-SHA-512', 'PLAIN'"),
    ("dapr.kafka.mechanism=", "/dapr/kafka/mechanism", "'SCRAM-SHA-256'"),
    ("dapr.kafka.authority=/etc/ca.pem", "/dapr/kafka/authority", "'/etc/ca.pem'"),
    ("dapr.kafka.authority=true", "/dapr/kafka/authority", "want string"),
    (f"dapr.kafka.authority={pem('PRIVATE KEY')}", "/dapr/kafka/authority", "does not match"),
    (f"dapr.kafka.authority={CERTIFICATE}x", "/dapr/kafka/authority", "does not match"),
    (f"database.authority={pem('PRIVATE KEY')}", "/database/authority", "does not match"),
    ("dapr.kafka.caCert=x", "/dapr/kafka", "'caCert' not allowed"),
    ("secrets.values.kafkaBrokers=SASL_SSL://a:9092", "/secrets/values/kafkaBrokers", "match"),
    ("secrets.values.kafkaBrokers=a:9092\\, b:9092", "/secrets/values/kafkaBrokers", "match"),
    ("secrets.values.kafkaBrokers=a:9092\\,", "/secrets/values/kafkaBrokers", "match"),
    ("dapr.reminderSweep=@every 30s", "/dapr", "'reminderSweep' not allowed"),
    ("reminders.sweepSeconds=often", "/reminders/sweepSeconds", "want integer"),
    ("reminders.sweepSeconds=0", "/reminders/sweepSeconds", "minimum"),
    ("reminders.sweepSeconds=301", "/reminders/sweepSeconds", "maximum"),
    ("reminders.every=30", "/reminders", "'every' not allowed"),
    ("backend.env.TODO_SWEEP_SECONDS=x", "/backend/env/TODO_SWEEP_SECONDS", "false schema"),
    ("tracing.otlpEndpoint=collector:4318", "/tracing/otlpEndpoint", "'collector:4318'"),
    ("tracing.samplingRate=1", "/tracing/samplingRate", "want string"),
    ("backend.env.TODO_EVENTS=x", "/backend/env/TODO_EVENTS", "false schema"),
    ("networkPolicy.metricsNamespace=A_B", "/networkPolicy/metricsNamespace", "'A_B'"),
    ("migration.enabled=1", "/migration/enabled", "want boolean"),
    ("migration.timeoutSeconds=1", "/migration/timeoutSeconds", "minimum"),
    ("gateway.host=https://todo.example.org/", "/gateway/host", "'https://todo.example.org/'"),
    ("gateway.url=todo.example.org", "/gateway/url", "'todo.example.org'"),
    ("gateway.url=https://todo.example.org/", "/gateway/url", "'https://todo.example.org/'"),
    ("gateway.trustedOrigins[0]=*", "/gateway/trustedOrigins/0", "'*'"),
    ("gateway.trustedProxies[0]=traefik", "/gateway/trustedProxies/0", "'traefik'"),
    ("frontend.env.BETTER_AUTH_URL=x", "/frontend/env/BETTER_AUTH_URL", "false schema"),
    ("gateway.ingress.className=", "/gateway/ingress/className", "''"),
    ("gateway.ingress.class=nginx", "/gateway/ingress", "'class' not allowed"),
    ("gateway.httpRoute.enabled=true", "/gateway/httpRoute/parentRefs", "minItems"),
    ("gateway.httpRoute.parentRefs[0].gateway=web", "/gateway/httpRoute/parentRefs/0", "'name'"),
    ("progressDeadlineSeconds=soon", "/progressDeadlineSeconds", "want integer"),
    ("minReadySeconds=-1", "/minReadySeconds", "minimum"),
    ("podDisruptionBudget.maxUnavailable=0", "/podDisruptionBudget/maxUnavailable", "minimum"),
    ("podDisruptionBudget.minAvailable=1", "/podDisruptionBudget", "'minAvailable' not allowed"),
    ("networkPolicy.enabled=maybe", "/networkPolicy/enabled", "want boolean"),
    ("networkPolicy.gatewayNamespace=", "/networkPolicy/gatewayNamespace", "''"),
    ("faults.crash=1", "/faults/crash", "want boolean"),
    ("faults.image=no-tag", "/faults/image", "'no-tag'"),
    ("faults.slowStartSeconds=-1", "/faults/slowStartSeconds", "minimum"),
    ("faults.explode=true", "/faults", "'explode' not allowed"),
]

# Rules over several values: refused by a template, which names all of them.
AT_ODDS = [
    (
        "backend.drainSeconds=25",
        ("backend.terminationGracePeriodSeconds is 30", "backend.drainSeconds", "(5 + 25)"),
    ),
    (
        "frontend.preStopSleepSeconds=20",
        ("frontend.terminationGracePeriodSeconds is 20", "frontend.preStopSleepSeconds (20)"),
    ),
    (
        "dapr.appHealth.timeoutMilliseconds=1500",
        ("dapr.appHealth.timeoutMilliseconds is 1500", "dapr.appHealth.intervalSeconds (1 s)"),
    ),
    (
        "dapr.appHealth.threshold=3",
        ("dapr.appHealth.threshold is 3 s", "backend.drainSeconds (2 s)"),
    ),
    (
        "dapr.kafka.tls=false,dapr.kafka.mechanism=PLAIN",
        ("dapr.kafka.mechanism is PLAIN", "dapr.kafka.tls is false", "SCRAM-SHA-512"),
    ),
    (
        f"dapr.kafka.tls=false,dapr.kafka.authority={CERTIFICATE}",
        ("dapr.kafka.authority is set", "dapr.kafka.tls is false"),
    ),
    ("progressDeadlineSeconds=5,minReadySeconds=5", ("progressDeadlineSeconds is 5", "(5)")),
    ("gateway.ingress.tlsSecretName=cert", ("gateway.ingress.tlsSecretName", "gateway.host")),
    ("environment=oke", ("gateway.url is empty", "set gateway.url to the address people open")),
    ("environment=oke,gateway.host=*.example.org", ("gateway.url is empty", "no single host")),
    (
        "gateway.host=a.example.org,gateway.url=https://b.example.org",
        ("gateway.url is https://b.example.org", "gateway.host is a.example.org"),
    ),
]


@pytest.mark.parametrize(("wrong", "place", "says"), WRONG)
def test_a_wrong_value_is_refused_and_named(
    chart: Chart, wrong: str, place: str, says: str
) -> None:
    message = chart.refusal(f"--set={wrong}")
    assert any(place in line and says in line for line in message.splitlines()), message


@pytest.mark.parametrize(("wrong", "named"), AT_ODDS)
def test_values_at_odds_are_refused_and_named(
    chart: Chart, wrong: str, named: tuple[str, ...]
) -> None:
    message = chart.refusal(f"--set={wrong}")
    assert all(name in message for name in named), message


@pytest.mark.parametrize("secret", ["databaseUrl", "betterAuthSecret"])
def test_a_refused_secret_is_not_repeated_in_the_message(chart: Chart, secret: str) -> None:
    canary = "canary-in-clear"
    message = chart.refusal("--set=secrets.create=true", f"--set=secrets.values.{secret}={canary}")
    assert "/secrets/values/" in message
    assert canary not in message


@pytest.mark.parametrize("values", VALUES_FILES)
def test_the_values_of_every_environment_are_accepted(chart: Chart, values: str) -> None:
    assert chart.render(values=values)


@pytest.mark.parametrize(
    "right",
    [
        "backend.image.repository=10.255.0.1:5000/todo/todo-backend",
        "backend.image.tag=sha-0123456",
        "backend.resources.requests.cpu=0.5",
        "gateway.host=todo.203.0.113.7.sslip.io",
        "tracing.samplingRate=0.01",
        "tracing.otlpEndpoint=https://collector.example.org:4318",
        "faults.image=registry.example:5000/gone:1",
        "dapr.kafka.mechanism=SCRAM-SHA-512",
        f"dapr.kafka.authority={CERTIFICATE}{CERTIFICATE}",
        "secrets.values.kafkaBrokers=a.example.org:9092\\,[2001:db8::1]:9092",
    ],
)
def test_shapes_the_pipeline_uses_are_accepted(chart: Chart, right: str) -> None:
    assert chart.render(f"--set-string={right}")


def objects(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk every object schema that lists properties of its own."""
    if isinstance(schema, dict):
        node: dict[str, Any] = schema  # pyright: ignore[reportUnknownVariableType]
        if node.get("type") == "object":
            yield path, node
        for name, part in node.items():
            if name not in ("if", "then"):
                yield from objects(part, f"{path}/{name}")


def test_every_object_is_closed_and_every_value_described() -> None:
    found = dict(objects(SCHEMA))
    assert len(found) > 20
    for path, node in found.items():
        assert node["additionalProperties"] is False, path
        assert node["description"], path
        for name, value in node.get("properties", {}).items():
            described = value is False or "description" in value or "$ref" in value
            assert described, f"{path}/{name}"


def test_every_block_of_values_is_explained() -> None:
    lines = (CHART / "values.yaml").read_text().splitlines()
    for above, line in pairwise(lines):
        if line and line[0].isalpha():
            assert above.startswith("#") or " # " in line, line
