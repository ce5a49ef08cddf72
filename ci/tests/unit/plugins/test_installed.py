"""The promise: a plugin is asked because it is on the list, and the core names none."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from fake_cluster import FakeCluster
from fake_objects import images, ok

import todo_ci
from todo_ci.checks import external, run
from todo_ci.cluster import kubectl
from todo_ci.cluster.kubectl import Object
from todo_ci.commands import build, doctor
from todo_ci.core.ports import Result, Step, Tool
from todo_ci.diagnosis import causes
from todo_ci.errors import InputError
from todo_ci.plugins.installed import PLUGINS
from todo_ci.plugins.protocol import Look, Plugin, Seen, judged
from todo_ci.preflight import requirements
from todo_ci.project.rules.names import OWN_CHECKS
from todo_ci.reports.report import Check, CheckStatus
from todo_ci.rollout import upgrade
from todo_ci.rollout.request import DeployRequest

CORE = Path(todo_ci.__file__).parent
WORDS = re.compile("dapr|alembic", re.IGNORECASE)
HELP = "the words of a verb's help, which people and the schema of the module have"
SNAPSHOT = "the snapshot of a release has a place of its own for what sidecars say"
POD = "which container of a pod is no part of the app, and who adds it, is a matter of judging pods"
STEP = "runs inside a step, where no plugin is: standard library only"
ELSEWHERE = {
    "project/plugins.py": "the tables that release.toml may have",
    "cluster/pods.py": POD,
    "cluster/next_steps.py": POD,
    "cluster/manifest.py": "an annotation by which a pod reads a Secret, as a variable does",
    "cluster/snapshot.py": SNAPSHOT,
    "commands/logs.py": SNAPSHOT,
    "diagnosis/causes.py": "what apps say when they do not start, whatever made them say it",
    "rollout/watched_helm.py": "the file of a program that runs inside a step",
    "scripts/daprd_log.py": STEP,
    "scripts/pod_problems.py": STEP,
    "scripts/sidecar_metadata.py": STEP,
    "scripts/supervise/release_reader.py": STEP,
    "entrypoints/cli/inspection.py": HELP,
    "entrypoints/dagger/inspection.py": HELP,
}


def test_no_plugin_is_named_outside_of_its_own_files() -> None:
    texts = {str(path.relative_to(CORE)): path.read_text() for path in CORE.rglob("*.py")}
    found = {f for f, text in texts.items() if WORDS.search(text) and not f.startswith("plugins/")}
    assert sorted(found - set(ELSEWHERE)) == []
    assert sorted(set(ELSEWHERE) - found) == [], "clean by now: take them off the list"


@pytest.mark.usefixtures("guestbook")
async def test_an_app_without_their_tables_is_told_nothing_by_them() -> None:
    seen = Seen((), (), "prod", 0)
    for plugin in PLUGINS:
        assert await plugin.build_arguments(NoShell()) == {}
        assert plugin.schema({"web": {"schema.head": "1", "schema.compatible-from": "1"}}) is None
        assert (plugin.works_for(), plugin.switch()) == ({}, "")
        assert plugin.asks(1) == plugin.ground(()).steps == plugin.doctor(()).steps == ()
        assert plugin.checks(seen, ()) == plugin.ground(()).judge(()) == ()
        said = plugin.doctor(()).judge(())
        assert [(it.name, it.status) for it in said] == [
            (name, CheckStatus.SKIPPED) for name in plugin.doctor_names
        ]


def test_no_check_from_inside_can_be_called_like_one_of_a_plugin() -> None:
    of_plugins = {name for plugin in PLUGINS for name in plugin.check_names}
    assert sorted(of_plugins - set(OWN_CHECKS)) == [], "add it in project/rules/names.py"


def test_answers_go_to_whoever_asked() -> None:
    step = Step(Tool.KUBE, ("x",))
    results = [ok(str(number)) for number in range(3)]

    def said(answers: Sequence[Result]) -> list[str]:
        return [answer.stdout for answer in answers]

    looks = [Look((step,), said), Look((), said), Look((step, step), said)]
    assert judged(looks, results) == [["0"], [], ["1", "2"]]


class NoShell:
    """A shell that runs nothing."""

    async def run(self, step: Step) -> Result:
        raise AssertionError(step.argv)


class Mesh(Plugin):
    """A plugin of nobody's: it refuses, fails and finds, so that each of it is seen."""

    check_names = ("mesh",)
    doctor_names = ("mesh",)

    def ground(self, objects: Sequence[Object]) -> Look[tuple[str, ...]]:
        def refuse(answers: Sequence[Result]) -> tuple[str, ...]:
            raise InputError(f"the mesh is away, {len(answers)} answer")

        return Look((kubectl.get_release("pods"),), refuse)

    def checks(self, seen: Seen, told: Sequence[Result]) -> tuple[Check, ...]:
        return (Check.failed("mesh", f"bare in {seen.environment}", "mend it"),)


@pytest.fixture
def mesh(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (build, doctor, external, requirements, run, upgrade):
        monkeypatch.setattr(module, "PLUGINS", (*PLUGINS, Mesh()))


@pytest.mark.usefixtures("mesh")
async def test_what_another_one_checks_is_shown_behind_the_others() -> None:
    cluster = FakeCluster().seed("r1-passed")
    report = await run.run_checks(
        cluster.context(), url="http://app.test", images=None, revision=None, tries=1
    )
    names = [check.name for check in report.checks]
    assert names[2:5] == ["sidecars", "components", "mesh"]
    assert [check.evidence for check in report.checks if check.name == "mesh"] == ["bare in local"]
    assert not report.passed


@pytest.mark.usefixtures("mesh", "guestbook")
async def test_what_another_one_refuses_is_refused_before_anything_is_changed() -> None:
    cluster = FakeCluster(dapr={}).seed("r1-passed")
    cluster.answers["template"] = [ok("")]
    request = DeployRequest(images=images(2), url="http://guests.test", lock_timeout=0)
    with pytest.raises(InputError, match="the mesh is away, 1 answer"):
        await upgrade.upgrade_release(
            cluster.context(), request, images=images(2), commit="abc1234"
        )
    assert "upgrade" not in cluster.ran


def test_causes_of_plugins_come_before_what_only_sees_symptoms() -> None:
    names = [cause.__name__ for cause in causes.CAUSES]
    of_plugins = [cause.__name__ for plugin in PLUGINS for cause in plugin.causes]
    assert names.index("database") < names.index(of_plugins[0])
    assert names.index(of_plugins[-1]) < names.index("probe")
