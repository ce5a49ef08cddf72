"""The commands that put right what only a person can: one table for every error."""

from todo_ci.core import secret_names
from todo_ci.project.current import namespace

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
# What a Secret is used with, where a right one may still not do.
VALUES = {
    "kafka-secrets": (
        "or the chart's values dapr.kafka.mechanism and dapr.kafka.authority are not the broker's"
    ),
}


def secret(name: str, environment: str) -> str:
    """Return the command that makes a Secret, or puts it right."""
    if name in secret_names.names():
        return f"todo-ci secrets --env {environment} {secret_names.options(name)}".rstrip()
    return f"kubectl -n {namespace()} create secret generic {name} --from-file=KEY=PATH"


RENEW_ROLE = (
    "local: ./do lab up renews the pipeline's Role; "
    "oke: kubectl apply -f infra/oke/pipeline-rbac.yaml"
)


NEW_KUBECONFIG = (
    "local: ./do lab up writes a new one; oke: infra/oke/kubeconfig.sh; give it as --kubeconfig"
)
