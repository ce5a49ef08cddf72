"""Say why a release does not work, with the evidence; of a healthy one show the last lines."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from todo_ci.checks.components import ask
from todo_ci.cluster import kubectl, pods
from todo_ci.cluster.batch import side_by_side
from todo_ci.cluster.kubectl import SELECTOR, Object
from todo_ci.core.context import Pipeline
from todo_ci.core.ports import Step
from todo_ci.diagnosis import causes
from todo_ci.diagnosis.snapshot import Finding, Log, Seen
from todo_ci.environments import NAMESPACE, RELEASE
from todo_ci.errors import InputError
from todo_ci.preflight import access
from todo_ci.reports.render import Block, Headline, Shown, Table
from todo_ci.reports.render import Words as Quoted
from todo_ci.scripts import pod_problems, source

LINES = 20
_LABEL = "app.kubernetes.io/component"
_HEADERS = ("cause", "where", "evidence", "next step")
# What belongs to a component beside its own pods.
_WITH = {"backend": {"backend", "migration"}, "frontend": {"frontend"}}


@dataclass(frozen=True, slots=True)
class Words:
    """Hold what is known of one pod.

    Args:
        pod: its name.
        state: what the kubelet says where it is not ready; empty where it is.
        events: its last events.
        logs: the last lines of its containers.
    """

    pod: str
    state: str
    events: tuple[str, ...]
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis(Shown):
    """Hold why a release does not work.

    Args:
        environment: where.
        serving: how far each Deployment is.
        causes: what was found, the likeliest first; empty where nothing is wrong.
        pods: what the pods concerned said, or all of them where nothing is wrong.
    """

    environment: str
    serving: tuple[str, ...]
    causes: tuple[Finding, ...]
    pods: tuple[Words, ...]

    @property
    def headline(self) -> str:
        """Say in one line how it is."""
        where = f"{RELEASE} on {self.environment}"
        if not self.serving and not self.pods:
            return f"{where}: nothing runs; todo-ci status says what is released"
        found = f"{len(self.causes)} causes found" if self.causes else "nothing is wrong"
        return f"{where}: {', '.join(self.serving)}; {found}"

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        yield Headline(self.headline)
        if self.causes:
            rows = [(f.cause, f.where, f.evidence, f.next_step) for f in self.causes]
            yield Table(_HEADERS, rows)
        for pod in self.pods:
            yield Quoted(_words(pod))


async def logs(pipeline: Pipeline, *, component: str, lines: int) -> Diagnosis:
    """Look at what runs and what it says; nothing is changed.

    Args:
        pipeline: the ports and the target.
        component: ``backend`` or ``frontend``; empty for both.
        lines: how many lines of each container.

    Raises:
        InputError: for another component or no lines.
        ClusterError: when the cluster cannot be asked.
    """
    if component and component not in _WITH:
        raise InputError(
            f"there is no component {component!r}",
            accepted=f"one of: {', '.join(_WITH)}; or none for both",
            next_step=f"todo-ci logs --env {pipeline.target.environment} --component backend",
        )
    if lines < 1:
        raise InputError(f"--lines {lines} shows nothing", accepted="1 or more")
    await access.preflight(pipeline)
    listed, collected, asked, dapr = await side_by_side(
        pipeline.shell,
        kubectl.get_release("deployments", "replicasets", "jobs", "pods"),
        collect(lines),
        ask(1),
        kubectl.dapr_objects(),
    )
    for result, what in ((listed, "listing the release"), (collected, "reading its logs")):
        if not result.ok:
            raise access.explain(result, what)
    # A cluster without Dapr has no such objects, and no sidecars to ask.
    seen = recorded(
        pipeline.target.environment,
        _of(kubectl.parse_items(listed.stdout), component),
        json.loads(collected.stdout),
        json.loads(asked.stdout) if asked.ok else [],
        kubectl.parse_items(dapr.stdout) if dapr.ok else [],
    )
    return diagnose(seen)


def collect(lines: int) -> Step:
    """Read the logs and events of the release's pods, from inside a step."""
    argv = (
        "python3", "scripts/collect_logs.py", "--namespace", NAMESPACE, "--selector", SELECTOR,
        "--lines", str(lines),
    )  # fmt: skip
    return kubectl.step(
        argv, files={"scripts/collect_logs.py": source("collect_logs.py")}, timeout=90
    )


def recorded(
    environment: str,
    items: Sequence[Object],
    collected: Object,
    sidecars: Sequence[Object],
    dapr: Sequence[Object],
) -> Seen:
    """Join what ``scripts/collect_logs.py`` and the sidecars said with the objects."""
    return Seen(
        environment,
        items,
        collected["events"],
        {
            pod["pod"]: tuple(Log(c["name"], c["log"], c["previous"]) for c in pod["containers"])
            for pod in collected["pods"]
        },
        {pod["pod"]: pod["health"] for pod in collected["pods"]},
        {answer["pod"]: answer for answer in sidecars},
        dapr,
    )


def diagnose(seen: Seen) -> Diagnosis:
    """Find the causes, and pick the pods whose words belong to them."""
    found = causes.find(seen)
    concerned = {finding.pod for finding in found if finding.pod}
    shown = [p for p in seen.pods() if not found or p["metadata"]["name"] in concerned]
    return Diagnosis(
        seen.environment,
        tuple(map(str, pods.components(seen.items))),
        found,
        tuple(_of_pod(seen, pod, told=bool(found)) for pod in shown),
    )


def _of_pod(seen: Seen, pod: Object, *, told: bool) -> Words:
    name = pod["metadata"]["name"]
    # What a healthy pod went through when it started is no news.
    events = tuple(seen.events.get(name, ())) if told else ()
    state = pod_problems.describe(pod) if told else ""
    return Words(name, state, events, tuple(seen.logs.get(name, ())))


def _of(items: Sequence[Object], component: str) -> list[Object]:
    # The pods of tests serve nobody, and those of a release that is gone may still be there.
    named = _WITH[component] if component else set[str]().union(*_WITH.values())
    return [i for i in items if i["metadata"].get("labels", {}).get(_LABEL) in named]


def _words(words: Words) -> str:
    lines = [f"pod {words.pod}" + (f": {words.state}" if words.state else "")]
    sections = [("events", "\n".join(words.events))]
    for log in words.logs:
        sections.append((f"{log.container}, last lines before its restart", log.previous))
        sections.append((f"{log.container}, last lines", log.last))
    for title, text in sections:
        if text.strip():
            lines += [f"  {title}:", *(f"    {line}" for line in text.rstrip().splitlines())]
    return "\n".join(lines)
