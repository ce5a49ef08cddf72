"""A cluster in memory behind the Shell port: one release, one Lease, its pods.

It keeps what the real one keeps (revisions, labels, resourceVersions) and refuses every step it
does not know, so a test sees which steps ran and in which order.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from fake_images import NoImages
from fake_objects import (
    MANIFEST,
    SERVER_TIME,
    Kept,
    Object,
    bad,
    evidence,
    helm_tested,
    images,
    live_answer,
    load_answer,
    ok,
    preflight_answer,
    probe_answer,
    row,
    selfcheck_lines,
    sidecar_answer,
    workload,
)
from fake_steps import step_name

from todo_ci.cluster import helm
from todo_ci.core.context import Context
from todo_ci.core.ports import Result, Step
from todo_ci.environments import target
from todo_ci.project.current import project, release_name


@dataclass
class FakeCluster:
    """Answer steps. ``upgrades`` says how the next upgrades end, in turn; then they succeed."""

    kept: list[Kept] = field(default_factory=list[Kept])
    lease: Object | None = None
    upgrades: list[str] = field(default_factory=list[str])
    test_passes: bool = True
    by_hand: list[Object] = field(default_factory=list[Object])
    dapr: Object = field(
        default_factory=lambda: {"dapr": {"enabled": True}, "reminders": {"sweepSeconds": 30}}
    )
    sick: set[str] = field(default_factory=set[str])  # backend references that do not answer
    ran: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])
    in_registry: set[str] | None = None  # None: everything
    image_labels: dict[str, str] = field(default_factory=dict[str, str])
    before: Callable[[str], Awaitable[None]] | None = None
    version: int = 0
    bare: set[str] = field(default_factory=set[str])  # components whose pod has no sidecar
    made: str = "2020-01-01T00:00:00Z"  # when the pods were
    left: list[Object] = field(default_factory=list[Object])  # by failed tests
    unready: int = 0  # how many looks find the backend's pod out of service
    beside: dict[str, str] = field(default_factory=dict[str, str])  # other releases, and since when
    strange: set[str] = field(default_factory=set[str])  # of these, those that are no previews
    answers: dict[str, list[Result]] = field(default_factory=dict[str, list[Result]])

    def context(self, *secrets: str) -> Context:
        names = frozenset(secrets or ("kubeconfig",))
        return Context(self, NoImages(), target(), self.said.append, names)

    def seed(self, *verdicts: str) -> "FakeCluster":
        """Start with revisions that carry these verdict labels; the last one is deployed."""
        for number, value in enumerate(verdicts, 1):
            status = "deployed" if number == len(verdicts) else "superseded"
            labels = {"verdict": value} if value else {}
            commit = f"commit-{number}"
            commits = dict.fromkeys(project().components, commit)
            self.kept.append(Kept(number, status, commit, images(number), labels, commits))
        return self

    def verdicts(self) -> dict[int, str]:
        return {k.number: k.labels.get("verdict", "") for k in self.kept}

    async def run(self, step: Step) -> Result:
        if step.argv == ("python3", "scripts/run_batch.py"):
            return await self._batch(step)
        name = step_name(step.argv)
        self.ran.append(name)
        if self.before is not None:
            await self.before(name)
        if self.answers.get(name):
            return self.answers[name].pop(0)
        assert step.network, f"{name} could be answered by a cache"
        if name == "registry":
            return self._registry(step)
        assert [use.name for use in step.secrets] == ["kubeconfig"]
        return self._answer(name, step)

    async def _batch(self, step: Step) -> Result:
        """Answer each command of a batch as if it came alone."""
        answers: list[Object] = []
        for command in json.loads(step.stdin):
            alone = replace(step, argv=tuple(command["argv"]), stdin="")
            done = await self.run(alone)
            code = 124 if done.timed_out else done.exit_code
            answers.append({"exit": code, "stdout": done.stdout, "stderr": done.stderr,
                            "seconds": done.seconds})  # fmt: skip
        return ok(json.dumps(answers))

    def _answer(self, name: str, step: Step) -> Result:
        match name.split():
            case ["preflight"]:
                return ok(json.dumps(preflight_answer()))
            case ["history"] if step.argv[2] in self.beside:
                return ok(json.dumps([row(1, "deployed")]))
            case ["history"]:
                return self._history()
            case ["releases"]:
                return ok("".join(self._releases()))
            case ["labels"]:
                return ok("".join(self._labels(kept) for kept in self.kept))
            case ["lease", verb]:
                return self._lease(verb, step.stdin)
            case ["upgrade"]:
                return self._upgrade(step)
            case ["rollback", number] | ["heal", number]:
                return self._rollback(int(number))
            case ["uninstall"]:
                name = step.argv[step.argv.index("uninstall") + 1]
                if not self.beside.pop(name, ""):
                    self.kept.clear()
                return ok()
            case ["test"]:
                failed = helm_tested(selfcheck_lines("events"), "pod test-x failed")
                if not self.dapr.get("dapr", {}).get("enabled") or not project().helm_test:
                    return ok() if self.test_passes else bad("pod test-x failed")
                return helm_tested(selfcheck_lines()) if self.test_passes else failed
            case ["values"]:
                number = int(step.argv[step.argv.index("--revision") + 1])
                return ok(json.dumps({**self._kept(number).values(), **self.dapr}))
            case ["template"]:
                return ok(MANIFEST)
            case ["manifest"] if step.argv[3] in self.beside:
                return ok(MANIFEST)
            case ["manifest"]:
                number = int(step.argv[step.argv.index("--revision") + 1])
                return ok(f"{MANIFEST}# {self._kept(number).images.components}\n")
            case ["hooks" | "left"] | ["delete", _]:
                return ok()
            case ["live"]:
                return live_answer(live=None if self.kept else [])
            case ["keys"]:
                return ok("kafka-secrets brokers password username\n")
            case ["dapr"]:
                return ok(json.dumps({"items": self.by_hand}))
            case ["load"]:
                return ok(json.dumps(load_answer()))
            case ["chart"]:
                return ok(json.dumps({"files": {"values-local.yaml": ""}, "why": ""}))
            case ["sidecars"]:
                return ok(json.dumps([sidecar_answer(name) for name in ("backend", "frontend")]))
            case ["objects"]:
                items = self._objects()
                if self.unready:
                    self.unready -= 1
                    items[0]["status"]["availableReplicas"] = 0
                return ok(json.dumps({"items": [*items, *self.left]}))
            case ["probe"]:
                return ok(json.dumps(self._probe()))
            case ["label", number, value]:
                self._kept(int(number)).labels["verdict"] = value
                return ok()
            case ["restart", *deployments]:
                if self.made < SERVER_TIME:
                    self.bare -= {name.removeprefix("todo-app-") for name in deployments}
                return ok()
            case ["prune", *numbers]:
                self.kept = [k for k in self.kept if str(k.number) not in numbers]
                return ok()
            case _:
                raise AssertionError(f"unknown step: {step.argv}")

    def _registry(self, step: Step) -> Result:
        known = self.in_registry
        told = {
            name: {
                "status": 200 if known is None or name in known else 404,
                "error": "",
                "platforms": ["linux/amd64"],
                "labels": self.image_labels,
            }
            for name in json.loads(step.stdin)["images"]
        }
        return ok(json.dumps({"status": 200, "error": "", "images": told}))

    def _history(self) -> Result:
        if not self.kept:
            return bad("Error: release: not found")
        return ok(json.dumps([row(k.number, k.status, k.description) for k in self.kept]))

    def _releases(self) -> Iterator[str]:
        made = dict(self.beside)
        if self.kept:
            made[release_name()] = datetime.now(UTC).isoformat()
        for name, since in made.items():
            labels = {"name": name, "version": "1"}
            if name not in self.strange:
                labels["preview"] = name.removeprefix(f"{project().release.name}-")
            yield f"{since}\t{json.dumps(labels)}\n"

    def _kept(self, number: int) -> Kept:
        return next(kept for kept in self.kept if kept.number == number)

    def _labels(self, kept: Kept) -> str:
        labels = {"version": str(kept.number), "status": kept.status, **kept.labels}
        return f"{SERVER_TIME}\t{json.dumps(labels)}\n"

    def _lease(self, verb: str, stdin: str) -> Result:
        if verb == "get":
            if self.lease is None:
                return bad('Error from server (NotFound): leases "todo-app-deploy" not found')
            return ok(json.dumps(self.lease))
        wanted = json.loads(stdin)
        if verb == "create" and self.lease is not None:
            return bad("Error from server (AlreadyExists): leases already exists")
        if verb == "replace" and self.lease is None:
            return bad("Error from server (NotFound): leases not found")
        if verb == "replace" and self.lease is not None:
            stored = self.lease["metadata"]["resourceVersion"]
            if wanted["metadata"].get("resourceVersion") != stored:
                return bad("Error from server (Conflict): the object has been modified")
        self.version += 1
        wanted["metadata"]["resourceVersion"] = str(self.version)
        self.lease = wanted
        return ok(json.dumps(wanted))

    def _upgrade(self, step: Step) -> Result:
        ending = self.upgrades.pop(0) if self.upgrades else "deployed"
        if ending == "refused":
            return bad("Error: values don't meet the specifications of the schema(s)\n- replicas")
        deployed = [k for k in self.kept if k.status == "deployed"]
        values = step.files[helm.GIVEN]
        given, commits = helm.parse_images(values), helm.parse_commits(values)
        assert given is not None
        number = self.kept[-1].number + 1 if self.kept else 1
        inherited = dict(self.kept[-1].labels) if self.kept else {}
        set_now = step.argv[step.argv.index("--labels") + 1].split(",")
        labels = dict(label.split("=", 1) for label in set_now)
        new = Kept(number, "deployed", "commit-new", given, {**inherited, **labels}, commits)
        self.kept.append(new)
        if ending == "deployed":
            for kept in deployed:
                kept.status = "superseded"
            return ok("Release upgraded")
        if ending == "killed":
            new.status = "pending-upgrade" if deployed else "pending-install"
            return Result(124, "", "", 195, timed_out=True)
        new.status, new.description = "failed", 'Upgrade "todo-app" failed: not ready'
        files = {helm.EVIDENCE: evidence()}
        if deployed:
            self._rollback(deployed[-1].number)
        elif not any(kept.status == "superseded" for kept in self.kept):
            self.kept.clear()
            text = "Error: release todo-app failed, and has been uninstalled"
            return Result(1, "", text, 9, files=files)
        return Result(1, "", "Error: UPGRADE FAILED: not ready", 9, files=files)

    def _rollback(self, number: int) -> Result:
        source = self._kept(number)
        for kept in self.kept:
            if kept.status == "deployed":
                kept.status = "superseded"
        made = self.kept[-1].number + 1
        text = f"Rollback to {number}"
        again = replace(source, number=made, status="deployed", description=text)
        self.kept.append(replace(again, labels=dict(source.labels)))
        return ok("Rollback was a success!")

    def _objects(self) -> list[Object]:
        serving = [k for k in self.kept if k.status == "deployed"]
        return [
            item
            for name in project().components
            for item in workload(
                name,
                serving[-1].images[name] if serving else "",
                sidecar=name not in self.bare,
                made=self.made,
            )
        ]

    def _probe(self) -> list[Object]:
        first = next(iter(project().components))
        serving = [k.images[first] for k in self.kept if k.status == "deployed"]
        answers = bool(serving) and serving[-1] not in self.sick
        return [probe_answer(path, answers) for path in project().gateway.paths]
