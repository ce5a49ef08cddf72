"""The assistant understands at least what it understood before, and a broken one is noticed."""

import json
from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread

from cli.evaluate import SETS
from cli.main import main
from evaluation import report
from evaluation.cases import FOLDER, INTENTS, Case, load, read
from evaluation.score import many
from schemas.memory import Call
from services.assistant.core import confirmation
from services.assistant.core.engine import Engine, Event, Text, Turn
from services.assistant.core.tools import TOOLS
from services.assistant.engines.cohere.engine import cohere_engine
from services.assistant.engines.offline.engine import OfflineEngine
from tests.cohere_answers import calls, says
from tests.cohere_double import KEY, MODEL, cohere_double

# What was reached, as shares of the sentences of each intent: lower it for no change of the code,
# but where a form goes that hardly any sentence has (evaluation/README.md, Forms that went).
# list-036 is lost: it takes a task without a priority for none of normal priority.
# Where it now asks instead of guessing, a share went: a question is no harm.
EXACT = {intent: 1.0 for intent in INTENTS} | {
    "list": 0.95, "complete": 0.89, "rename": 0.91, "delete": 0.98, "due": 0.95, "remind": 0.98,
    "ask": 0.98,
}  # fmt: skip
# Of sentences that it was not tuned on; only the sum, for each would be a hint.
HELD_OUT_EXACT = 0.82
# Sets that were frozen before they were scored, and whose kinds of harm were mended since.
FROZEN = ("fresh", "unseen", "kinds", "later", "last")
TRAPS = load(report.path_of("traps"))
DEV = load(report.path_of("dev"))
SEEDS = json.loads((FOLDER / "seeds.json").read_text())


async def harmed(cases: list[Case], engine: Engine) -> list[str]:
    """Return what was changed that was not asked for, with its sentence."""
    verdicts = [each async for each in report.judged(cases, engine)]
    return [f"{each.case.said}: {each.harm}" for each in verdicts if each.harm]


# Hundreds of conversations each, which take four times as long where every line is counted.
UNTRACED = pytest.mark.no_cover


async def exact(cases: list[Case], engine: Engine) -> dict[str, float]:
    """Return the share of sentences that went exactly well, by intent and for all."""
    verdicts = [each async for each in report.judged(cases, engine)]
    return {row.intent: row.exact / row.sentences for row in report.rows(verdicts)}


def of(*intents: str, most: int = 40) -> list[Case]:
    return [case for name in intents for case in [c for c in DEV if c.intent == name][:most]]


@UNTRACED
async def test_the_rules_do_no_harm_where_sentences_say_more_than_they_read() -> None:
    assert len(TRAPS) >= 150
    assert await harmed(TRAPS, OfflineEngine()) == []


# In two, for two workers.
@UNTRACED
@pytest.mark.parametrize("intents", [INTENTS[::2], INTENTS[1::2]])
async def test_the_rules_understand_what_they_understood_before(intents: Sequence[str]) -> None:
    cases = [case for case in DEV if case.intent in intents]
    verdicts = [each async for each in report.judged(cases, OfflineEngine())]
    shares = {row.intent: row.exact / row.sentences for row in report.rows(verdicts)}
    assert [each.case.said for each in verdicts if each.harm] == []
    assert {name: shares[name] for name in intents if shares[name] < EXACT[name]} == {}


@UNTRACED
async def test_the_rules_understand_sentences_that_nobody_tuned_on() -> None:
    # Every second one: all of them take a minute and a half, and `todo eval` says the same.
    cases = load(report.path_of("held-out"))[::2]
    verdicts = [each async for each in report.judged(cases, OfflineEngine())]
    (*_, row) = report.rows(verdicts)
    assert row.exact / row.sentences >= HELD_OUT_EXACT
    assert row.harmful == 0


@UNTRACED
@pytest.mark.parametrize("name", FROZEN)
async def test_the_rules_do_no_harm_on_frozen_sets(name: str) -> None:
    frozen = load(report.path_of(name))
    assert len(frozen) >= 70
    assert await harmed(frozen, OfflineEngine()) == []


def test_the_command_knows_every_set() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == set(report.SETS)
    assert set(SETS) == {*report.SETS, "all"}


async def test_an_engine_that_does_what_was_not_asked_for_is_noticed() -> None:
    adder = Broken("Added.", "add_task")
    asks = of("ask", most=8)
    assert len(await harmed(asks, adder)) == len(asks)
    assert await harmed(asks, Broken("Which one?")) == []


def test_every_intent_has_enough_sentences() -> None:
    counts = {name: sum(case.intent == name for case in DEV) for name in INTENTS}
    assert min(counts.values()) >= 60, counts
    assert len({case.id for case in DEV}) == len(DEV)


class Broken:
    """An engine that says one thing, and may do one thing."""

    name = "broken"

    def __init__(self, text: str, tool: str | None = None) -> None:
        self._text, self._tool = text, tool

    async def reply(self, turn: Turn) -> AsyncGenerator[Event]:
        if self._tool:
            arguments: dict[str, Any] = {"title": turn.message} if self._tool == "add_task" else {}
            performance = confirmation.Performance(turn, {})
            async for use in performance.make([Call(tool=self._tool, arguments=arguments)]):
                yield use
        yield Text(self._text)


@pytest.mark.parametrize(
    ("engine", "most"),
    [
        (Broken("Done."), {"chat": 1.0}),
        (Broken("Which one?"), {"chat": 1.0, "ask": 0.5}),
        (Broken("Added.", "add_task"), {"add": 0.1}),
        (Broken("These.", "list_tasks"), {"list": 0.5}),
    ],
    ids=["mute", "asker", "adder", "lister"],
)
async def test_an_engine_that_does_not_understand_scores_low(
    engine: Broken, most: dict[str, float]
) -> None:
    shares = await exact(of(*INTENTS, most=8), engine)
    wrong = {name: share for name, share in shares.items() if share > most.get(name, 0.0)}
    wrong.pop("all", None)
    assert wrong == {}


@UNTRACED
async def test_an_engine_that_deletes_without_asking_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def all_now(wanted: list[Any], sweeping: bool = False) -> confirmation.Plan:
        return confirmation.Plan(wanted, [])

    monkeypatch.setattr(confirmation, "plan", all_now)
    assert (await exact(of("delete"), OfflineEngine()))["delete"] < 0.2


@UNTRACED
async def test_an_engine_in_another_zone_is_noticed() -> None:
    class Abroad(OfflineEngine):
        async def reply(self, turn: Turn) -> AsyncGenerator[Event]:
            turn.now = turn.now.astimezone(timezone(timedelta(hours=-11)))
            async for event in super().reply(turn):
                yield event

    assert (await exact(of("due", "remind"), Abroad()))["all"] < 0.5


async def test_an_engine_that_breaks_is_a_failure_and_no_end() -> None:
    class Breaking:
        name = "breaking"

        async def reply(self, turn: Turn) -> AsyncGenerator[Event]:
            yield Text("Let me see.")
            raise RuntimeError("as told")

    (verdict,) = [each async for each in report.judged(of("add", most=1), Breaking())]
    assert (verdict.exact, verdict.why) == (False, "RuntimeError: as told")


def given(monkeypatch: pytest.MonkeyPatch, folder: Path, *lines: object) -> None:
    """Let the set `dev` be these sentences."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / "dev.jsonl").write_text("\n".join(texts))
    monkeypatch.setattr(report, "FOLDER", folder)


def line(said: str, **expect: Any) -> dict[str, Any]:
    return {
        "id": "add-1",
        "intent": "add",
        "now": "2026-03-10T09:00:00",
        "zone": "Europe/Berlin",
        "tasks": "home",
        "said": said,
        "expect": {"tool": "add_task", **expect},
    }


def test_the_command_prints_a_table_and_what_went_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = line("add eggs", title="eggs"), line("add eggs", title="flour")
    given(monkeypatch, tmp_path, right, wrong)
    assert main(["eval"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "engine offline, set dev",
        "            sentences     intent      exact      asked      wrong    harmful",
        "add                 2     100.0%      50.0%       0.0%      50.0%          0",
        "all                 2     100.0%      50.0%       0.0%      50.0%          0",
    ]
    assert main(["eval", "--set", "all", "--failures"]) == 0
    assert "add-1: add eggs\n    added ['eggs']" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", ":1: "), ("{}", ":1: KeyError"), (json.dumps(line("x") | {"intent": "fly"}), "'fly'")],
)
def test_a_line_that_is_no_sentence_is_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    said: str,
) -> None:
    given(monkeypatch, tmp_path, text)
    assert main(["eval"]) == 1
    assert said in capsys.readouterr().err


def test_a_set_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given(monkeypatch, tmp_path, line("add eggs", title="eggs"))
    assert main(["eval", "--set", "held-out"]) == 1
    assert "--set held-out: its sentences are not here" in capsys.readouterr().err


def test_the_model_is_scored_with_a_key_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--engine", "cohere"]) == 1
    assert "Next: export COHERE_API_KEY" in capsys.readouterr().err


async def test_the_command_counts_the_harm_of_a_model_at_another_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asks: dict[str, Any] = {"tool": None, "asks": True, "about": "unclear"}
    given(
        monkeypatch,
        tmp_path,
        line("add eggs", title="eggs"),
        line("add something", title="ham"),
        line("I wish I had eggs") | {"expect": asks},
    )
    async with cohere_double() as model:
        monkeypatch.setenv("COHERE_API_KEY", KEY)
        monkeypatch.setenv("CO_API_URL", model.url)
        model.answers += [calls(("add_task", {"title": "eggs"})), says("Added.")]
        model.answers += [says("What is the task?")]
        model.answers += [calls(("add_task", {"title": "eggs"})), says("Added.")]
        command = ["eval", "--engine", "cohere", "--failures"]
        assert await to_thread.run_sync(main, command) == 0
        assert (model.answers, model.refused) == ([], [])
    printed = capsys.readouterr().out
    assert printed.splitlines()[-4:] == [
        "engine cohere, set dev",
        "            sentences     intent      exact      asked      wrong    harmful",
        "add                 3      33.3%      33.3%      33.3%       0.0%          1",
        "all                 3      33.3%      33.3%      33.3%       0.0%          1",
    ]
    assert "HARM: added ['eggs']" in printed


async def test_the_model_is_scored_like_the_rules() -> None:
    async with cohere_double() as model, cohere_engine(KEY, MODEL, model.url) as engine:
        model.answers += [calls(("add_task", {"title": "eggs"})), says("Added.")]
        case = read(line("add eggs", title="eggs"), SEEDS)
        (verdict,) = [each async for each in report.judged([case], engine)]
    assert verdict.exact, verdict.why


def test_the_labels_name_tools_that_there_are() -> None:
    named: set[Any] = set()
    for case in DEV:
        for step in case.steps:
            named.update(many(step.expect["tool"]))
    assert named <= set(TOOLS) | {None}
