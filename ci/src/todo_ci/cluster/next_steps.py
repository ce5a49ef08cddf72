"""The commands that put right what only a person can: one table for every error."""

from todo_ci.environments import NAMESPACE

INJECTOR_WEBHOOK = "sidecar-injector.dapr.io"
INJECTOR = (
    "kubectl get mutatingwebhookconfiguration dapr-sidecar-injector and kubectl -n dapr-system "
    "get pods -l app=dapr-sidecar-injector show what adds the sidecars; then todo-ci deploy again"
)
SCHEDULER = (
    "kubectl -n dapr-system get pods -l app=dapr-scheduler-server; meanwhile reminders come by the "
    "sweep, late by less than the value reminders.sweepSeconds"
)
DAPR = "local: ./do lab up; oke: infra/oke/dapr-init.sh"
TOPICS = "infra/oke/kafka-topics.sh --check names the topic, without --check makes it"
_KAFKA = "--kafka-brokers HOST:PORT --kafka-username NAME --kafka-password file:PATH"
OPTIONS = {
    "app-secrets": "",
    "dapr-app-token": "",
    "smoke-user": "",
    "kafka-secrets": _KAFKA,
    "ghcr-pull": "--registry-username NAME --registry-password file:PATH",
}
# What a Secret is used with, where a right one may still not do.
VALUES = {
    "kafka-secrets": (
        "or the chart's values dapr.kafka.mechanism and dapr.kafka.authority are not the broker's"
    ),
}


def secret(name: str, environment: str) -> str:
    """Return the command that makes a Secret, or puts it right."""
    if name in OPTIONS:
        return f"todo-ci secrets --env {environment} {OPTIONS[name]}".rstrip()
    return f"kubectl -n {NAMESPACE} create secret generic {name} --from-file=KEY=PATH"


RENEW_ROLE = (
    "local: ./do lab up renews the pipeline's Role; "
    "oke: kubectl apply -f infra/oke/pipeline-rbac.yaml"
)


NEW_KUBECONFIG = (
    "local: ./do lab up writes a new one; oke: infra/oke/kubeconfig.sh; give it as --kubeconfig"
)
