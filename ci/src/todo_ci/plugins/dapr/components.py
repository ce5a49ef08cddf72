"""Check 4: each sidecar loaded what the release's manifest names for it, and reaches its app.

A component may be told to be left out where it cannot start (``ignoreErrors``): the pod is ready
then, and only the sidecar's own metadata tells that it is missing.
"""

import json
from collections.abc import Sequence

from todo_ci.cluster import next_steps, pods
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.pods import Sidecar
from todo_ci.core.ports import Result
from todo_ci.plugins.dapr.metadata import missing_components, topics_step
from todo_ci.plugins.dapr.objects import Expected, expected, secrets_of
from todo_ci.project.current import namespace
from todo_ci.reports.report import Check


def components(
    items: Sequence[Object], objects: Sequence[Object], asked: Result, environment: str
) -> Check:
    """Judge the sidecars' answers.

    Args:
        items: the release's objects as they run.
        objects: the release's manifest.
        asked: what came of ``metadata_step``.
        environment: for the command that puts a Secret right.
    """
    if not asked.ok:
        evidence = (asked.stderr or "no answer in time").strip()[-400:]
        return Check.failed("components", evidence, "todo-ci status", asked.seconds)
    answers: dict[str, Object] = {answer["pod"]: answer for answer in json.loads(asked.stdout)}
    judged = [s for s in pods.sidecars(items) if not s.problem]
    problems: list[str] = []
    steps: list[str] = []
    shown: list[str] = []
    for sidecar in judged:
        answer = answers.get(sidecar.pod, {"error": "it was not there to be asked"})
        wanted = expected(objects, sidecar.app_id)
        missing = missing_components(answer, wanted)
        found = [*_connection(sidecar, answer), *(text for _, text in missing)]
        problems += [f"{sidecar.pod} {problem}" for problem in found]
        for name, _ in missing:
            secrets = secrets_of(objects, name)
            steps += (next_steps.secret(secret, environment) for secret in secrets)
            steps += (hint for secret in secrets if (hint := next_steps.hint(secret)))
        if answer.get("missing_topic"):
            steps.append(topics_step())
        if found:
            steps.append(f"kubectl -n {namespace()} logs {sidecar.pod} -c daprd")
        shown.append(_shown(sidecar, wanted))
    if not judged:
        problems = ["no sidecar runs that could be asked"]
        steps = ["see the check of the sidecars"]
    if problems:
        step = "; ".join(dict.fromkeys(steps))
        return Check.failed("components", "; ".join(problems), step, asked.seconds)
    return Check.passed("components", "; ".join(dict.fromkeys(shown)), asked.seconds)


def _connection(sidecar: Sidecar, answer: Object) -> list[str]:
    """Say what is wrong between a sidecar, its app and the pipeline."""
    if answer["error"]:
        return [f"does not tell its metadata: {answer['error']}"]
    metadata: Object = answer["metadata"]
    app: Object = metadata.get("appConnectionProperties") or {}
    found: list[str] = []
    if answer["not_ready"]:
        found.append(f"has a sidecar that is not ready: {answer['not_ready']}")
    if metadata.get("id") != sidecar.app_id:
        found.append(f"has a sidecar of {metadata.get('id')!r}, not of {sidecar.app_id!r}")
    if sidecar.app_port and str(app.get("port", "")) != sidecar.app_port:
        found.append(f"has a sidecar that does not know its app's port {sidecar.app_port}")
    if sidecar.health_checked and not app.get("health"):
        found.append("has a sidecar that does not watch its app's health")
    if answer["missing_topic"]:
        found.append(f"has a sidecar that reads no event: {answer['missing_topic']}")
    if answer["app_unhealthy"]:
        found.append(f"has a sidecar that says: {answer['app_unhealthy']}")
    return found


def _shown(sidecar: Sidecar, wanted: Expected) -> str:
    loaded = ", ".join(wanted.components) or "no component is meant for it"
    heard = f", {len(wanted.subscriptions)} subscriptions" if wanted.subscriptions else ""
    return f"{sidecar.component}: {loaded}{heard}"
