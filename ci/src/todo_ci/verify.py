"""Check that what runs is what was asked for, and that it works: each check a small function.

The numbers are those of the design's list: 1 the release, 2 the Deployments, 5 the gateway.
"""

import json
from collections.abc import Sequence
from typing import Any

from todo_ci import cluster, helm, history, kubectl, pods
from todo_ci.environments import RELEASE
from todo_ci.errors import InputError
from todo_ci.history import History, side_by_side
from todo_ci.inside import source
from todo_ci.ports import Result, Step
from todo_ci.recovery import Revision
from todo_ci.refs import ImageRefs, Reference
from todo_ci.report import Check, Report, Verdict
from todo_ci.session import Pipeline

Object = dict[str, Any]

HEALTH, FRONT_PAGE = "/api/health", "/"
_KINDS = ("deployments", "replicasets", "pods")
_TRIES = 10


async def verify(
    pipeline: Pipeline, *, url: str, images: ImageRefs | None, revision: int | None
) -> Report:
    """Run all checks.

    Args:
        pipeline: the ports and the target.
        url: address of the gateway.
        images: the images that should run; those of the release's values when None.
        revision: the revision that should be deployed; the newest when None.

    Raises:
        InputError: without a kubeconfig or an address.
        ClusterError: when the cluster cannot be asked.
    """
    need_url(url)
    await cluster.preflight(pipeline)
    found = await checks(pipeline, url=url, images=images, revision=revision, tries=1)
    return Report(f"verify {RELEASE} on {pipeline.target.environment}", found)


def need_url(url: str) -> None:
    """Refuse to check a release nobody can reach.

    Raises:
        InputError: without an http or https address.
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(
            f"--url {url!r} is no address" if url else "no address of the gateway was given",
            accepted="http://HOST[:PORT] or https://HOST",
            next_step="add --url, or set <VERB>_URL in .env",
        )


async def checks(
    pipeline: Pipeline,
    *,
    url: str,
    images: ImageRefs | None,
    revision: int | None,
    tries: int = _TRIES,
) -> tuple[Check, ...]:
    """Ask everything side by side, then judge.

    Right after a deploy the gateway may need a moment to learn its new endpoints, so it is polled;
    the evidence says how often.
    """
    past = await history.read(pipeline)
    number = revision or (past.latest.number if past.latest else 0)
    listed, values, probed = await side_by_side(
        pipeline.shell,
        kubectl.get_release(*_KINDS),
        kubectl.step(helm.values(number)),
        probe(url, tries),
    )
    if not listed.ok:
        raise cluster.explain(listed, "listing the release's pods")
    items = kubectl.parse_items(listed.stdout)
    given = helm.parse_images(values.stdout) if values.ok else None
    return (
        release(past, revision, images or given, given, items, listed.seconds + values.seconds),
        deployments(items, past.latest, listed.seconds),
        *gateway(probed, url),
    )


def probe(url: str, tries: int) -> Step:
    """Ask the gateway from inside a step, as a user would."""
    argv = ("python3", "inside/probe.py", "--url", url, "--tries", str(tries), HEALTH, FRONT_PAGE)
    return kubectl.step(
        argv, files={"inside/probe.py": source("probe.py")}, timeout=20 + 12 * tries
    )


def release(
    past: History,
    revision: int | None,
    wanted: ImageRefs | None,
    given: ImageRefs | None,
    items: Sequence[Object],
    seconds: float = 0,
) -> Check:
    """Check 1: the release is deployed, in the revision and with the digests asked for."""

    def failed(evidence: str) -> Check:
        step = f"todo-ci history; kubectl get pods -l {kubectl.SELECTOR}"
        return Check("release", Verdict.FAILED, seconds, evidence, step)

    latest = past.latest
    if latest is None:
        return Check("release", Verdict.FAILED, seconds, "nothing is released", "todo-ci deploy")
    if latest.status != "deployed":
        return failed(f"revision {latest.number} is {latest.status}: {latest.description}")
    if revision is not None and latest.number != revision:
        return failed(f"revision {latest.number} is deployed, not {revision}")
    if wanted is None:
        return failed("the release's images are not given by digest")
    if given is not None and (given.backend, given.frontend) != (wanted.backend, wanted.frontend):
        return failed(f"revision {latest.number} was given {given.backend} and {given.frontend}")
    running = pods.containers(items)
    problems: list[str] = []
    for component, text in (("backend", wanted.backend), ("frontend", wanted.frontend)):
        digest = Reference.parse(text).digest
        of_it = [container for container in running if container.component == component]
        if not of_it:
            problems.append(f"no pod of the {component} runs")
        problems += [f"{c.pod} runs {c.image}, not {text}" for c in of_it if c.digest != digest]
        problems += [f"{c.pod} has not started its image" for c in of_it if not c.running]
    if problems:
        return failed("; ".join(problems))
    shown = f"backend {_short(wanted.backend)}, frontend {_short(wanted.frontend)}"
    return Check("release", Verdict.PASSED, seconds, f"revision {latest.number} deployed, {shown}")


def deployments(items: Sequence[Object], latest: Revision | None, seconds: float = 0) -> Check:
    """Check 2: every Deployment is available, and no app container restarted since the release."""
    found = pods.components(items)
    problems = [f"{c.name}: {c.problem}" for c in found if c.problem]
    since = latest.created if latest else ""
    problems += [
        f"{c.pod} {c.name} restarted, {c.restarts} times so far"
        for c in pods.restarted_since(pods.containers(items), since)
    ]
    if not found:
        problems.append("the release has no Deployment")
    if problems:
        step = f"kubectl describe pods -l {kubectl.SELECTOR}"
        return Check("deployments", Verdict.FAILED, seconds, "; ".join(problems), step)
    shown = ", ".join(map(str, found)) + " available, no restart since the release"
    return Check("deployments", Verdict.PASSED, seconds, shown)


def gateway(probed: Result, url: str) -> tuple[Check, Check]:
    """Check 5: health and front page answer through the gateway."""
    if not probed.ok:
        evidence = (probed.stderr or "no answer in time").strip()[-400:]
        return tuple(  # pyright: ignore[reportReturnType]
            Check(f"gateway {path}", Verdict.FAILED, probed.seconds, evidence, f"curl {url}{path}")
            for path in (HEALTH, FRONT_PAGE)
        )
    health, page = json.loads(probed.stdout)
    return (
        _answered(health, url, _health_problem(health)),
        _answered(page, url, _page_problem(page)),
    )


def _answered(answer: Object, url: str, problem: str) -> Check:
    name = f"gateway {answer['path']}"
    tries = "1 try" if answer["tries"] == 1 else f"{answer['tries']} tries"
    seen = f"{answer['status'] or 'no answer'} after {tries}"
    if problem:
        step = f"curl -i {url.rstrip('/')}{answer['path']}; todo-ci status"
        return Check(name, Verdict.FAILED, answer["seconds"], f"{seen}: {problem}", step)
    return Check(name, Verdict.PASSED, answer["seconds"], f"{seen}{_health_detail(answer)}")


def _health_problem(answer: Object) -> str:
    if answer["status"] != 200:
        return answer["error"] or answer["body"][:200]
    try:
        status = json.loads(answer["body"]).get("status")
    except (ValueError, AttributeError):
        return f"the body is not the health report: {answer['body'][:200]!r}"
    return "" if status == "ok" else f"status is {status!r}: {answer['body'][:200]}"


def _page_problem(answer: Object) -> str:
    if answer["status"] != 200:
        return answer["error"] or answer["body"][:200]
    if "text/html" not in answer["content_type"]:
        return f"content type is {answer['content_type']!r}, not HTML"
    return ""


def _health_detail(answer: Object) -> str:
    if answer["path"] != HEALTH:
        return ", HTML"
    return f", status ok, commit {str(json.loads(answer['body']).get('commit', 'unknown'))[:12]}"


def _short(reference: str) -> str:
    return Reference.parse(reference).digest[:19]
