"""A call of the module names the next commands as its caller can type them."""

import pytest
from dagger.mod._exceptions import FunctionError

from todo_ci.entrypoints.dagger import results
from todo_ci.errors import ClusterError
from todo_ci.reports.report import Check, Report

pytestmark = pytest.mark.anyio


async def verb(*, env: str = "", found: str = "") -> dict[str, str]:
    if found:
        return results.rendered(Report("a title", (Check.passed("a check", found),)))
    raise ClusterError("no answer", next_step="set <VERB>_API, then todo-ci logs")


told = results._told(verb)  # pyright: ignore[reportPrivateUsage]


async def test_a_result_names_the_environment_of_its_call() -> None:
    shown = await told(env="oke", found="then todo-ci deploy")
    assert "dagger call deploy --env oke" in shown["table"]
    assert "dagger call deploy --env oke" in shown["json"]
    assert "--env" not in (await told(found="then todo-ci deploy"))["table"]


async def test_an_error_names_the_verb_and_the_environment_of_its_call() -> None:
    with pytest.raises(FunctionError, match="next: set VERB_API, then dagger call logs --env moon"):
        await told(env="moon")
