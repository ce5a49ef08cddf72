"""Say why a release does not work, in order of likely cause: pure, one function for each cause.

Each reads what the cluster says (states, events, logs) and names what it finds; ``CAUSES`` is the
order. A pod whose cause is known is not named again by the rows below it that only see symptoms.
"""

import re
from collections.abc import Iterator

from todo_ci.cluster import next_steps
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.snapshot import Cause, Finding, Snapshot, short
from todo_ci.core.secret_names import secret_of
from todo_ci.plugins.installed import PLUGINS
from todo_ci.project.current import namespace, project
from todo_ci.scripts import kube_objects, pod_problems

_PULL = frozenset({"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"})
_CONFIG = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
_REFUSED = ("unauthorized", "401", "403", "denied", "authentication required")
_NOT_THERE = ("not found", "NotFound", "manifest unknown")
_PLATFORM = ("exec format error", "no match for platform")
_NO_SECRET = re.compile(r'secret "(?P<name>[\w.-]+)" not found')
_NO_KEY = re.compile(r"couldn't find key (?P<key>[\w.-]+) in Secret [\w.-]+/(?P<name>[\w.-]+)")
# What an app says when it refuses to start: the variable, what is wrong, what it accepts.
_SETTING = re.compile(
    r"^(?P<name>[A-Z][A-Z0-9_]+): (?P<problem>.+?)\.? Accepted: .*$", re.MULTILINE
)
_DATABASE = re.compile(
    r"^.*(?:DATABASE_URL: cannot|database cannot be reached|password authentication failed"
    r"|database .* does not exist|The schema is at|database is at schema|alembic\.util\.exc).*$",
    re.MULTILINE | re.IGNORECASE,
)
# Dapr's own name for what app and sidecar tell each other.
_TOKEN = {"APP_API_TOKEN": "dapr-app-token"}
_DATABASE_URL = "database-url"


def image(snapshot: Snapshot) -> Iterator[Finding]:
    """Find images that cannot be had, or are for another kind of machine."""
    for pod in snapshot.pods():
        name = pod["metadata"]["name"]
        for problem in pod_problems.problems(pod):
            if problem.reason in _PULL:
                warned = snapshot.last_warning(name, "Failed to pull", "Failed to apply")
                said = warned or problem.message
                found = f"{problem.reason}: {said}"
                yield Finding.at(pod, "image", problem.container, found, _pull(snapshot, said))
        for log in snapshot.logs.get(name, ()):
            if any(sign in log.last + log.previous for sign in _PLATFORM):
                step = "publish for every platform: todo-ci publish, then todo-ci deploy"
                yield Finding.at(
                    pod,
                    "image",
                    log.container,
                    "exec format error: built for another machine",
                    step,
                )


def config(snapshot: Snapshot) -> Iterator[Finding]:
    """Find Secrets, keys and settings that are missing or wrong."""
    for pod in snapshot.pods():
        for problem in pod_problems.problems(pod):
            if problem.reason in _CONFIG:
                said = f"{problem.reason}: {problem.message}"
                yield Finding.at(pod, "config", problem.container, said, _secret(snapshot, said))
        unmounted = snapshot.last_warning(pod["metadata"]["name"], "FailedMount")
        if unmounted and not kube_objects.is_ready(pod):
            yield Finding.at(pod, "config", "", unmounted, _secret(snapshot, unmounted))
        if not pod_problems.has_failed(pod):
            continue
        for log in snapshot.logs.get(pod["metadata"]["name"], ()):
            refused = _SETTING.search(log.last) or _SETTING.search(log.previous)
            if refused and not _DATABASE.search(refused[0]):
                found = f"{refused['name']}: {refused['problem']}"
                yield Finding.at(
                    pod, "config", log.container, found, _setting(snapshot, refused["name"])
                )


def database(snapshot: Snapshot) -> Iterator[Finding]:
    """Find a database that is away, refuses, or has another schema than the build."""
    for pod in snapshot.pods():
        state: Object = snapshot.health.get(pod["metadata"]["name"], {}).get("database") or {}
        said = _DATABASE.findall(snapshot.logs_of(pod))
        if state.get("reachable") is False:
            evidence = "its health says that the database cannot be reached"
        elif state.get("reachable") and not state.get("schema_fits"):
            evidence = f"the database's schema {state.get('schema_head')} does not fit this build"
        elif said and not kube_objects.is_ready(pod):
            evidence = said[-1].strip()
        else:
            continue
        step = "start the database"
        if holder := secret_of(_DATABASE_URL):
            step += f", or {next_steps.secret(holder, snapshot.environment)}"
        if "schema" in evidence:
            step = "todo-ci deploy migrates it; where it is newer than the build, a newer commit"
        yield Finding.at(pod, "database", "", evidence, step)


def probe(snapshot: Snapshot) -> Iterator[Finding]:
    """Find pods that run and whose probe fails."""
    for pod in snapshot.pods():
        running = pod["status"].get("phase") == "Running" and not pod_problems.problems(pod)
        if kube_objects.is_ready(pod) or not running:
            continue
        container = pod_problems.first_unready(pod)
        failed = snapshot.last_warning(pod["metadata"]["name"], "Unhealthy")
        if failed:
            more = f"todo-ci logs --env {snapshot.environment} --lines 200"
            step = f"see the last lines below; more: {more}"
            yield Finding.at(pod, "probe", container, failed, step)


def quota(snapshot: Snapshot) -> Iterator[Finding]:
    """Find pods that get no room: a quota, a full node, or too little memory."""
    for _, problem in pod_problems.unmade(snapshot.items, frozenset()):
        if next_steps.INJECTOR_WEBHOOK not in problem.message:
            step = f"kubectl -n {namespace()} describe quota; raise it, or request less"
            yield Finding("quota", problem.pod, short(problem.message), step)
    for pod in snapshot.pods():
        unplaced = snapshot.last_warning(pod["metadata"]["name"], "FailedScheduling")
        if unplaced and pod["status"].get("phase") == "Pending":
            yield Finding.at(
                pod, "quota", "", unplaced, "lower the requests in --values, or add a node"
            )
        for status in kube_objects.statuses(pod):
            ended = [
                kube_objects.part(kube_objects.part(status, s), "terminated")
                for s in ("state", "lastState")
            ]
            if any(end.get("reason") == "OOMKilled" for end in ended):
                step = "raise resources.limits.memory in --values"
                yield Finding.at(
                    pod, "quota", status["name"], "OOMKilled: it needs more memory", step
                )


def crash(snapshot: Snapshot) -> Iterator[Finding]:
    """Find what ends by itself for a reason of its own; its last words are all there is."""
    for pod in snapshot.pods():
        if pod_problems.problems(pod) or pod["status"].get("phase") == "Failed":
            container = pod_problems.first_unready(pod)
            last = [line for line in snapshot.logs_of(pod, container).splitlines() if line.strip()]
            evidence = ": ".join([pod_problems.describe(pod), *last[-1:]])
            step = f"todo-ci rollback --env {snapshot.environment}, then mend the app"
            yield Finding.at(pod, "app", container, evidence, step)


_OF_PLUGINS = tuple(cause for plugin in PLUGINS for cause in plugin.causes)
CAUSES: tuple[Cause, ...] = (image, config, database, *_OF_PLUGINS, probe, quota, crash)
_SYMPTOMS = frozenset({"scheduler", "probe", "app"})


def find(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Ask every row of the table."""
    found = [finding for cause in CAUSES for finding in cause(snapshot)]
    known = {finding.pod for finding in found if finding.cause not in _SYMPTOMS}
    return tuple(dict.fromkeys(f for f in found if f.cause not in _SYMPTOMS or f.pod not in known))


def _pull(snapshot: Snapshot, said: str) -> str:
    if any(sign in said for sign in _REFUSED):
        return next_steps.secret(project().release.pull_secret, snapshot.environment)
    if any(sign in said for sign in _PLATFORM):
        return "publish for every platform: todo-ci publish, then todo-ci deploy"
    if any(sign in said for sign in _NOT_THERE):
        return "todo-ci publish, then todo-ci deploy with the images it prints"
    return f"todo-ci doctor --env {snapshot.environment} looks at the registry"


def _secret(snapshot: Snapshot, said: str) -> str:
    found = _NO_SECRET.search(said) or _NO_KEY.search(said)
    return (
        next_steps.secret(found["name"], snapshot.environment)
        if found
        else "todo-ci diff; todo-ci deploy"
    )


def _setting(snapshot: Snapshot, name: str) -> str:
    # A variable is called like the flag that gives it.
    secret = _TOKEN.get(name) or secret_of(name.lower().replace("_", "-"))
    if secret:
        return next_steps.secret(secret, snapshot.environment)
    return f"correct what sets {name} in --values, then todo-ci deploy"
