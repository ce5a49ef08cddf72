"""What stands before the real shell in a rehearsal changes one thing, and nothing beside it."""

from dataclasses import dataclass, field

from todo_ci.checks.selfcheck import helm_test_step
from todo_ci.cluster import helm, kubectl
from todo_ci.core.ports import Result, Step
from todo_ci.rollout import lease
from todo_ci.rollout.rehearsal.stand_ins import BROKEN, CalledBroken, OtherChart


@dataclass
class Noting:
    """Note the steps; helm fails where it is told to."""

    exit_code: int = 0
    ran: list[Step] = field(default_factory=list[Step])

    async def run(self, step: Step) -> Result:
        self.ran.append(step)
        return Result(self.exit_code, "", "", 0)


def changed(*command: str) -> Step:
    """A helm command as it runs: watched, and fenced."""
    return kubectl.step(lease.fenced(helm.watched(command), "me", 20, 0))


async def test_the_chart_is_another_and_what_stands_beside_it_stays() -> None:
    inner = Noting()
    shell = OtherChart(inner, {"Chart.yaml": "{}", "templates/a.yaml": "a"})
    await shell.run(kubectl.step(("helm",), inputs=("chart", "role"), files={"given.json": "{}"}))
    await shell.run(kubectl.step(("kubectl",), inputs=("role",)))
    first, second = inner.ran
    assert first.inputs == ("role",)
    assert first.files == {
        "given.json": "{}", "chart/Chart.yaml": "{}", "chart/templates/a.yaml": "a",
    }  # fmt: skip
    assert (second.inputs, dict(second.files)) == (("role",), {})


async def test_a_release_that_helm_made_fails_its_tests_until_it_is_rolled_back() -> None:
    inner = Noting()
    shell = CalledBroken(inner)
    await shell.run(changed("helm", "upgrade", "it", "chart"))
    for _ in range(2):  # its pods may be renewed, and it is looked at again
        said = await shell.run(helm_test_step())
        assert BROKEN in said.stderr
    await shell.run(changed("helm", "rollback", "it", "1"))
    assert (await shell.run(helm_test_step())).ok
    assert [step.argv for step in inner.ran].count(helm_test_step().argv) == 1


async def test_one_that_helm_returned_from_by_itself_is_not_called_broken_too() -> None:
    inner = Noting(exit_code=1)
    shell = CalledBroken(inner)
    await shell.run(changed("helm", "upgrade", "it", "chart", "--rollback-on-failure"))
    assert BROKEN not in (await shell.run(helm_test_step())).stderr
