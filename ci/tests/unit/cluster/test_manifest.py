"""The promise: what a release needs and brings is read from its manifest alone."""

import pytest
from fake_objects import MANIFEST

from todo_ci.cluster import manifest
from todo_ci.cluster.manifest import Need
from todo_ci.plugins.dapr.objects import expected, secrets_of

OBJECTS = manifest.parse(MANIFEST)

WORKLOADS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: backend}
spec:
  template:
    metadata: {annotations: {dapr.io/app-token-secret: dapr-app-token}}
    spec:
      containers:
        - env:
            - {name: A, valueFrom: {secretKeyRef: {name: app-secrets, key: database-url}}}
            - {name: B, valueFrom: {secretKeyRef: {name: app-secrets, key: extra, optional: true}}}
            - {name: C, valueFrom: {secretKeyRef: {name: brought, key: a}}}
---
apiVersion: v1
kind: Secret
metadata: {name: brought}
---
# nothing but a comment
"""


def test_a_sidecar_loads_what_names_its_app_or_nobody() -> None:
    backend = expected(OBJECTS, "todo-backend")
    assert backend.components == ("kafka-pubsub", "kubernetes-secrets")
    assert backend.subscriptions == (("kafka-pubsub", "task-events"),)
    frontend = expected(OBJECTS, "todo-frontend")
    assert (frontend.components, frontend.subscriptions) == (("kubernetes-secrets",), ())


def test_a_components_secrets_are_found() -> None:
    assert secrets_of(OBJECTS, "kafka-pubsub") == ("kafka-secrets",)
    assert secrets_of(OBJECTS, "kubernetes-secrets") == ()


def test_every_secret_is_needed_that_is_neither_optional_nor_brought_along() -> None:
    needs = manifest.needs(manifest.parse(f"{WORKLOADS}---{MANIFEST}"))
    assert needs == (
        Need("app-secrets", "database-url"),
        Need("dapr-app-token", "token"),
        Need("kafka-secrets", "brokers"),
    )


WHOLE = """
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - envFrom:
            - secretRef: {name: app-secrets}
            - secretRef: {name: extra, optional: true}
            - configMapRef: {name: settings}
        - envFrom:
"""


def test_a_secret_that_is_read_whole_is_needed_as_a_whole() -> None:
    assert manifest.needs(manifest.parse(WHOLE)) == (Need("app-secrets"),)
    assert str(Need("app-secrets")) == "app-secrets"


@pytest.mark.parametrize(
    "maker",
    [
        "kind: SealedSecret\nmetadata: {name: app-secrets}",
        "kind: ExternalSecret\nmetadata: {name: app-secrets}\nspec: {target: {}}",
        "kind: ExternalSecret\nmetadata: {name: a}\nspec: {target: {name: app-secrets}}",
        "kind: Certificate\nmetadata: {name: a}\nspec: {secretName: app-secrets}",
    ],
)
def test_a_secret_that_is_made_of_what_the_release_brings_cannot_be_there_before(
    maker: str,
) -> None:
    needs = manifest.needs(manifest.parse(f"{WORKLOADS}---{WHOLE}---\n{maker}\n"))
    assert needs == (Need("dapr-app-token", "token"),)


KIND = """
kind: CustomResourceDefinition
metadata: {name: shops.example.com}
spec:
  versions:
    - schema:
        openAPIV3Schema:
          properties:
            secretKeyRef: {type: object, properties: {name: {type: string}}}
            imagePullSecrets: {type: array, items: {type: object}}
"""
PULLS = """
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {imagePullSecrets: %s}}}
"""


def test_the_schema_of_a_kind_that_a_chart_brings_reads_no_secret() -> None:
    objects = manifest.parse(f"{KIND}---{PULLS % '[{name: login}]'}")
    assert manifest.needs(objects) == ()
    assert manifest.pull_secrets(objects) == ("login",)


def test_a_chart_that_loops_over_no_pull_secret_names_none() -> None:
    assert manifest.pull_secrets(manifest.parse(PULLS % "")) == ()


def test_an_empty_manifest_has_no_object() -> None:
    assert manifest.parse("") == []
    assert manifest.needs([]) == ()
