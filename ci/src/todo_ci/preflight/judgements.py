"""Judge what a release stands on, one line each with its fix: pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from todo_ci.cluster import errors, kubectl, next_steps
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.manifest import Need
from todo_ci.core.image_refs import Reference
from todo_ci.core.ports import Result
from todo_ci.environments import Target
from todo_ci.errors import PipelineError
from todo_ci.preflight import access, requirements
from todo_ci.preflight import registry as registries
from todo_ci.preflight.quota import shortages
from todo_ci.project.current import namespace, project
from todo_ci.reports.report import Check

_SOON = timedelta(days=7)
_PUBLISH = "todo-ci publish pushes for every platform; then todo-ci deploy"
_LOGIN = "correct --registry-username and --registry-password; they have to be allowed to read"


def kubeconfig(answer: Object, now: datetime, *, in_container: bool = False) -> Check:
    """Judge the kubeconfig's kind and expiry, and whether the cluster takes it."""
    try:
        access.access(answer, now, in_container=in_container)
    except PipelineError as error:
        return Check.of_error("kubeconfig", error)
    kind = answer["kind"]
    if kind == "command":
        kind = f"the command {answer['exec_command']}"
    ends = answer["expires"]
    until = f"until {ends}" if ends else "without an end"
    soon = ", which is soon" if ends and datetime.fromisoformat(ends) - now < _SOON else ""
    found = f"{answer['user']} at {answer['server']} by {kind or 'nothing'}, {until}{soon}"
    return Check.passed("kubeconfig", found)


def rights(result: Result) -> Check:
    """Judge the cluster's answers for every verb of the pipeline's Role."""
    if not result.ok:
        return Check.of_error("rights", errors.explain(result, "asking for the pipeline's rights"))
    if not project().release.role:
        return Check.skipped(
            "rights", "release.toml names no Role that they could be compared with"
        )
    answers: list[Object] = json.loads(result.stdout)
    missing = [f"{a['verb']} {a['resource']}" for a in answers if not a["allowed"]]
    if missing:
        found = f"missing in namespace {namespace()}: {', '.join(missing)}"
        return Check.failed("rights", found, next_steps.renew_role(), result.seconds)
    if not answers:
        return Check.failed(
            "rights", "the Role names no right", next_steps.renew_role(), result.seconds
        )
    return Check.passed("rights", f"all {len(answers)} of the pipeline's Role", result.seconds)


def registry(result: Result, host: str) -> Check:
    """Judge whether the registry answers, takes the login, and has the images that serve."""
    if not result.ok:
        return Check.failed("registry", (result.stderr or "no answer").strip()[-400:], _LOGIN)
    answer = registries.parse(result.stdout)
    of_images = [(_short(name), image) for name, image in answer.images.items()]
    asked = [(host, registries.Stored(answer.status, answer.error)), *of_images]
    for name, said in asked:
        if said.status in registries.REFUSED:
            found = f"{name} does not accept the login: {said.error}"
            return Check.failed("registry", found, _LOGIN, result.seconds)
        if said.status == registries.ABSENT and name != host:
            return Check.failed("registry", f"{name} is no longer there", _PUBLISH, result.seconds)
        if said.status != registries.OK:
            fix = f"check the address {host} and the network; the lab comes up by ./do lab up"
            found = f"{name} cannot be read: {said.error}"
            return Check.failed("registry", found, fix, result.seconds)
    names = ", ".join(name for name, _ in of_images)
    names = names or "nothing is released, so no image was read"
    return Check.passed("registry", f"{host} answers; {names}", result.seconds)


def platforms(result: Result, nodes: Result, target: Target) -> Check:
    """Judge whether the images fit the nodes, or the environment where nodes cannot be listed."""
    images = _images(result)
    read = {n: said.platforms for n, said in images.items() if said.status == registries.OK}
    if not read:
        return Check.skipped("platforms", "no image could be read")
    wanted, whose = set(target.platforms), f"the platforms of {target.environment}"
    if nodes.ok:
        items = kubectl.parse_items(nodes.stdout)
        infos: Iterable[Object] = (item["status"]["nodeInfo"] for item in items)
        wanted = {f"{info['operatingSystem']}/{info['architecture']}" for info in infos}
        whose = "the nodes' platforms"
    shown = ", ".join(sorted(wanted))
    lacking = [
        f"{_short(name)} is not for {', '.join(sorted(wanted - set(has)))}"
        for name, has in read.items()
        if wanted - set(has)
    ]
    if lacking:
        return Check.failed("platforms", f"{'; '.join(lacking)} ({whose}: {shown})", _PUBLISH)
    return Check.passed("platforms", f"every image is for {whose}: {shown}")


def _images(result: Result) -> Mapping[str, registries.Stored]:
    return registries.parse(result.stdout).images if result.ok else {}


def secrets(needs: Sequence[Need], listed: Result, environment: str) -> Check:
    """Judge whether each key that the release reads is there; no value is read."""
    try:
        requirements.require_keys(needs, listed, environment)
    except PipelineError as error:
        return Check.of_error("secrets", error, listed.seconds)
    found = ", ".join(map(str, needs)) or "the release reads none"
    return Check.passed("secrets", found, listed.seconds)


def quota(listed: Result, objects: Sequence[Object]) -> Check:
    """Judge whether the namespace has room for an update."""
    if not listed.ok:
        return Check.of_error("quota", errors.explain(listed, "reading the quota"))
    quotas = kubectl.parse_items(listed.stdout)
    lacking = shortages(quotas, objects)
    if lacking:
        fix = f"raise it (kubectl -n {namespace()} describe quota), or request less in --values"
        return Check.failed("quota", "; ".join(lacking), fix, listed.seconds)
    names = ", ".join(item["metadata"]["name"] for item in quotas)
    found = f"{names} has room for an update" if names else f"namespace {namespace()} has none"
    return Check.passed("quota", found, listed.seconds)


def _short(reference: str) -> str:
    parsed = Reference.parse(reference)
    return f"{parsed.repository.rpartition('/')[2]}@{parsed.digest[:19]}"
