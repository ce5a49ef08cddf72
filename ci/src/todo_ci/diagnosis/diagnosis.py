"""The diagnosis of a release: its causes, and the pods whose logs belong to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from todo_ci.cluster import pods
from todo_ci.cluster.injection import Injection
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.snapshot import Finding, Log, Snapshot
from todo_ci.diagnosis import causes
from todo_ci.project.current import release_name
from todo_ci.reports.render import Block, Headline, Renderable, Table
from todo_ci.reports.render import CodeBlock as Quoted
from todo_ci.scripts import pod_problems

_HEADERS = ("cause", "where", "evidence", "next step")


@dataclass(frozen=True, slots=True)
class PodLogs:
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
class Diagnosis(Renderable):
    """Hold why a release does not work.

    Args:
        environment: where.
        serving: how far each Deployment is.
        causes: what was found, the likeliest first; empty where nothing is wrong.
        pods: what the pods concerned said, or all of them where nothing is wrong.
        release: which one; that which the call is about.
    """

    environment: str
    serving: tuple[str, ...]
    causes: tuple[Finding, ...]
    pods: tuple[PodLogs, ...]
    release: str = field(default_factory=release_name)

    @property
    def headline(self) -> str:
        """Say in one line how it is."""
        where = f"{self.release} on {self.environment}"
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


def snapshot_of(
    environment: str,
    items: Sequence[Object],
    collected: Object,
    sidecars: Sequence[Object],
    handed: Sequence[Object],
    newest: Injection | None = None,
) -> Snapshot:
    """Join what ``scripts/collect_logs.py`` and the sidecars said with the objects."""
    return Snapshot(
        environment,
        items,
        collected["events"],
        {
            pod["pod"]: tuple(Log(c["name"], c["log"], c["previous"]) for c in pod["containers"])
            for pod in collected["pods"]
        },
        {pod["pod"]: pod["health"] for pod in collected["pods"]},
        {answer["pod"]: answer for answer in sidecars},
        handed,
        newest,
    )


def diagnose(snapshot: Snapshot) -> Diagnosis:
    """Find the causes, and pick the pods whose words belong to them."""
    found = causes.find(snapshot)
    concerned = {finding.pod for finding in found if finding.pod}
    shown = [p for p in snapshot.pods() if not found or p["metadata"]["name"] in concerned]
    return Diagnosis(
        snapshot.environment,
        tuple(map(str, pods.components(snapshot.items))),
        found,
        tuple(_of_pod(snapshot, pod, told=bool(found)) for pod in shown),
    )


def _of_pod(snapshot: Snapshot, pod: Object, *, told: bool) -> PodLogs:
    name = pod["metadata"]["name"]
    # What a healthy pod went through when it started is no news.
    events = tuple(snapshot.events.get(name, ())) if told else ()
    state = pod_problems.describe(pod) if told else ""
    return PodLogs(name, state, events, tuple(snapshot.logs.get(name, ())))


def _words(words: PodLogs) -> str:
    lines = [f"pod {words.pod}" + (f": {words.state}" if words.state else "")]
    sections = [("events", "\n".join(words.events))]
    for log in words.logs:
        sections.append((f"{log.container}, last lines before its restart", log.previous))
        sections.append((f"{log.container}, last lines", log.last))
    for title, text in sections:
        if text.strip():
            lines += [f"  {title}:", *(f"    {line}" for line in text.rstrip().splitlines())]
    return "\n".join(lines)
