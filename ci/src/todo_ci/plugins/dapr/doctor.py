"""Judge what Dapr is in a cluster, one line each with its fix: pure."""

import json
from collections.abc import Mapping, Sequence

from todo_ci.cluster import errors, injection, kubectl, next_steps, pods
from todo_ci.cluster.kubectl import Object
from todo_ci.core.ports import Result
from todo_ci.errors import PipelineError
from todo_ci.plugins.dapr.ground import INSTALLATION, require_installed
from todo_ci.plugins.dapr.metadata import topics_step
from todo_ci.reports.report import Check

OLDEST = (1, 18)


def judged(answers: Sequence[Result]) -> tuple[Check, ...]:
    """Judge all of it, for a release with objects of Dapr.

    Args:
        answers: what came of ``objects.stored``, ``metadata_step``, ``try_pod``, and of listing
            what runs of the release.
    """
    stored, asked, tried, listed = answers
    items = kubectl.parse_items(listed.stdout) if listed.ok else []
    return (version(stored, asked), topics(asked), injector(tried, items))


def version(stored: Result, asked: Result) -> Check:
    """Judge whether Dapr is installed, and new enough by what its sidecars say."""
    try:
        require_installed(stored)
    except PipelineError as error:
        return Check.of_error("dapr", error)
    answers: list[Object] = json.loads(asked.stdout) if asked.ok else []
    versions = {a["metadata"].get("runtimeVersion", "") for a in answers} - {""}
    if not versions:
        return Check.passed("dapr", "installed; its version is known once a sidecar runs")
    old = sorted(it for it in versions if _number(it) < OLDEST)
    if old:
        wanted = ".".join(map(str, OLDEST))
        fix = f"{INSTALLATION}; then todo-ci deploy, so that pods get the new sidecar"
        return Check.failed("dapr", f"{', '.join(old)}, older than {wanted}", fix, asked.seconds)
    return Check.passed("dapr", f"sidecars are of {', '.join(sorted(versions))}", asked.seconds)


def topics(asked: Result) -> Check:
    """Judge whether the broker has every topic that the sidecars read, by what those say."""
    answers: list[Object] = json.loads(asked.stdout) if asked.ok else []
    if not answers:
        return Check.skipped("topics", "no sidecar runs that reads them")
    said = [f"{a['pod']}: {a['missing_topic']}" for a in answers if a["missing_topic"]]
    if said:
        return Check.failed("topics", "; ".join(said), topics_step(), asked.seconds)
    return Check.passed("topics", "no sidecar misses one", asked.seconds)


def injector(tried: Result, items: Sequence[Object]) -> Check:
    """Judge whether pods can be made, and whether those that run got their sidecars."""
    if next_steps.INJECTOR_WEBHOOK in tried.stderr:
        found = tried.stderr.strip().splitlines()[-1][:400]
        return Check.failed("injector", found, next_steps.INJECTOR, tried.seconds)
    # A quota is asked after the injector; it has a line of its own.
    if not tried.ok and "exceeded quota" not in tried.stderr:
        return Check.of_error("injector", errors.explain(tried, "trying to make a pod"))
    without = [s.pod for s in pods.sidecars(items) if s.app_id and s.problem == pods.WITHOUT]
    if without:
        found = f"without a sidecar: {', '.join(without)}"
        return Check.failed("injector", found, next_steps.INJECTOR, tried.seconds)
    if tried.ok and pods.has_sidecar(json.loads(tried.stdout)):
        return Check.passed(
            "injector", f"a pod that was tried got its {pods.SIDECAR}", tried.seconds
        )
    # A pod of the pipeline's own passes an injector that is gone, too: only others' pods show that.
    seen = injection.newest(items)
    if seen and not seen.injected:
        return Check.failed("injector", str(seen), next_steps.INJECTOR, tried.seconds)
    untried = (
        f"not tried: whether a new one gets {pods.SIDECAR}, which it adds for controllers only"
    )
    found = "; ".join(["pods pass it", untried, *([str(seen)] if seen else [])])
    return Check.passed("injector", found, tried.seconds)


def _number(version: str) -> tuple[int, ...]:
    parts: Mapping[int, str] = dict(enumerate(version.lstrip("v").split(".")))
    return tuple(int(parts.get(n, "0")) if parts.get(n, "0").isdigit() else 0 for n in (0, 1))
