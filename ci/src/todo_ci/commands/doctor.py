"""Look at what a release stands on, before one is tried: each line a verdict and its fix."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from todo_ci.checks.components import ask
from todo_ci.cluster import helm, kubectl, manifest
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.manifest import Need, Object
from todo_ci.commands.secrets_plan import REGISTRY_PASSWORD
from todo_ci.core.context import Pipeline
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import Result, Step
from todo_ci.environments import NAMESPACE
from todo_ci.errors import PipelineError
from todo_ci.preflight import access, judgements, requirements
from todo_ci.preflight import registry as registries
from todo_ci.release import history
from todo_ci.reports.report import Check, Report, Verdict
from todo_ci.scripts import source

_ROLE = "infra/oke/pipeline-rbac.yaml"
_OF_CLUSTER = ("rights", "registry", "platforms", "secrets", "dapr", "injector", "quota")
_POD = "doctor-pod.json"
_UNRELEASED = f"registry.invalid/todo@sha256:{'0' * 64}"


async def doctor(pipeline: Pipeline, *, registry: str, username: str) -> Report:
    """Look at kubeconfig, rights, registry, platforms, Secrets, Dapr and quota; change nothing.

    Args:
        pipeline: the ports and the target.
        registry: ``host[:port][/path]`` of the images.
        username: of the registry; empty asks without a login.

    Raises:
        InputError: without a kubeconfig, or where a password is missing beside its user.
        ClusterError: when the release cannot be read.
    """
    pipeline.need("kubeconfig", *((REGISTRY_PASSWORD,) if username else ()))
    title = f"doctor for {pipeline.target.environment}"
    first = judgements.kubeconfig(await access.look(pipeline), datetime.now(UTC))
    if first.verdict is Verdict.FAILED:
        why = "not looked at, as the kubeconfig cannot be used"
        return Report(title, (first, *(judgements.skipped(name, why) for name in _OF_CLUSTER)))
    granted = judgements.rights(await pipeline.shell.run(rights()))
    serving = await _serving(pipeline)
    host = registry.partition("/")[0]
    asked = [serving.backend, serving.frontend] if serving else []
    in_registry = await pipeline.shell.run(registries.ask(pipeline.target, host, username, asked))
    return Report(
        title,
        (
            first,
            granted,
            judgements.registry(in_registry, host)
            if host
            else judgements.failed("registry", "no registry is known", "add --registry HOST/OWNER"),
            *await _cluster(pipeline, serving, in_registry),
        ),
    )


async def _cluster(
    pipeline: Pipeline, serving: ImageRefs | None, in_registry: Result
) -> Sequence[Check]:
    target = pipeline.target
    try:
        images = serving or ImageRefs(_UNRELEASED, _UNRELEASED)
        objects = manifest.parse((await requirements.render(pipeline, images, "")).stdout)
    except PipelineError as error:
        return (judgements.of_error("chart", error),)
    needs = (*manifest.needs(objects), *_pull_secrets(objects))
    dapr = bool(manifest.of_dapr(objects))
    nodes, keys, stored, asked, tried, quotas, listed = await side_by_side(
        pipeline.shell,
        kubectl.get_all("nodes"),
        kubectl.secret_keys([need.secret for need in needs]),
        kubectl.dapr_objects(),
        ask(1),
        try_pod(),
        kubectl.get_all("resourcequotas"),
        kubectl.get_release("deployments", "replicasets", "pods"),
    )
    items = kubectl.parse_items(listed.stdout) if listed.ok else []
    return (
        judgements.platforms(in_registry, nodes, target),
        judgements.secrets(needs, keys, target.environment),
        judgements.dapr(dapr, stored, asked),
        judgements.injector(dapr, tried, items),
        judgements.quota(quotas, objects),
    )


async def _serving(pipeline: Pipeline) -> ImageRefs | None:
    latest = (await history.read(pipeline)).latest
    if latest is None:
        return None
    result = await pipeline.shell.run(kubectl.step(helm.values(latest.number)))
    if not result.ok:
        raise access.explain(result, "reading the release's values")
    return helm.parse_images(result.stdout)


def rights() -> Step:
    """Ask for each right of the Role that the repository holds."""
    argv = ("python3", "scripts/review_access.py", "--namespace", NAMESPACE, "--role", _ROLE)
    files = {"scripts/review_access.py": source("review_access.py")}
    return kubectl.step(argv, files=files, inputs=("infra",), timeout=120)


def try_pod() -> Step:
    """Let the API server check a pod and drop it again: webhooks are asked, nothing is made."""
    argv = (
        "kubectl", "--namespace", NAMESPACE, "--request-timeout=20s", "create",
        "--dry-run=server", "--validate=false", "--output=name", "--filename", _POD,
    )  # fmt: skip
    return kubectl.step(argv, files={_POD: json.dumps(_pod())})


def _pod() -> Object:
    container = {
        "name": "doctor",
        "image": "doctor",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {kind: {"cpu": "1m", "memory": "1Mi"} for kind in ("requests", "limits")},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": "todo-app-doctor-",
            "annotations": {"dapr.io/enabled": "true", "dapr.io/app-id": "todo-doctor"},
        },
        "spec": {
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 65532,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container],
        },
    }


def _pull_secrets(objects: Sequence[Object]) -> list[Need]:
    """List the logins by which the kubelet pulls."""
    specs: list[Object] = [
        item["spec"]["template"]["spec"] for item in objects if item.get("kind") == "Deployment"
    ]
    names = {secret["name"] for spec in specs for secret in spec.get("imagePullSecrets") or ()}
    return [Need(name, ".dockerconfigjson") for name in sorted(names)]
