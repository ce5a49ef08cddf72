"""The module without an engine: what it offers is what `todo-ci` offers."""

import fnmatch
import inspect
import subprocess
from pathlib import Path
from typing import Any, get_args, get_type_hints

import dagger
import pytest
from cyclopts import Parameter
from dagger.mod._arguments import Parameter as Argument
from dagger.mod._resolver import Function

from todo_ci import cli
from todo_ci.entrypoints.dagger import arguments as engine_arguments
from todo_ci.main import Todo

ROOT = Path(__file__).parents[3]
MODULE: Any = vars(Todo)["__dagger_object_type__"]
FUNCTIONS: dict[str, Function[Any, Any]] = {
    name: function for name, function in MODULE.functions.items() if name
}
COMMANDS: dict[str, Any] = {
    name: command
    for name in cli.app
    if not name.startswith("-") and (command := cli.app[name].default_command)
}
# Read from the clone that is called from; the command needs no flag for it.
CONTEXT = {"git", "git_config", "example"}
# On this machine 127.0.0.1 is itself, and the command reaches it without help. Every command takes
# --report-only, like --format.
ENGINE_ONLY = {"api", "report_only"}
EFFECTS = {
    "publish",
    "deploy",
    "verify",
    "rehearse",
    "preview",
    "unpreview",
    "rollback",
    "status",
    "history",
    "diff",
    "logs",
    "doctor",
    "secrets",
    "scan",
}
CHECKS = {"lint", "test", "chart"}
SERVICES = {"up"}
# Global flags of the engine's command: an argument of the constructor would clash with them.
GLOBAL = {
    "allow-llm", "auto-apply", "cloud", "debug", "dot-focus-field", "dot-output",
    "dot-show-internal", "eager-runtime", "env", "help", "interactive", "interactive-command",
    "json", "lock", "mod", "model", "no-exit", "no-mod", "output", "progress", "quiet", "silent",
    "verbose", "version", "web", "workdir", "workspace", "x-release",
}  # fmt: skip


def arguments(verb: str) -> dict[str, Argument]:
    return {
        name: argument
        for name, argument in FUNCTIONS[verb].parameters.items()
        if name not in CONTEXT | ENGINE_ONLY
    }


def flags(verb: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(COMMANDS[verb]).parameters)


def words(verb: str, flag: str) -> str | None:
    hint = get_type_hints(COMMANDS[verb], include_extras=True)[flag]
    return next(extra.help for extra in get_args(hint) if isinstance(extra, Parameter))


def test_both_doors_have_the_same_verbs() -> None:
    assert set(FUNCTIONS) == set(COMMANDS)


@pytest.mark.parametrize("verb", sorted(FUNCTIONS))
def test_a_verb_is_described_in_the_same_words(verb: str) -> None:
    assert FUNCTIONS[verb].doc == inspect.getdoc(COMMANDS[verb])


@pytest.mark.parametrize("verb", sorted(FUNCTIONS))
def test_a_verb_has_the_same_flags_in_the_same_words(verb: str) -> None:
    ours = {name: argument.doc for name, argument in arguments(verb).items()}
    assert ours == {name: words(verb, name) for name in flags(verb)}


@pytest.mark.parametrize("verb", sorted(FUNCTIONS))
def test_a_flag_has_the_same_default(verb: str) -> None:
    for name, argument in arguments(verb).items():
        ours, theirs = argument.signature.default, flags(verb)[name].default
        handle = bool({dagger.Secret, dagger.File} & set(get_args(argument.resolved_type)))
        if handle:
            # A reference that is not given; with a default here, that of .env would be lost.
            assert (ours, theirs) == (inspect.Parameter.empty, ""), name
            assert argument.is_optional
        else:
            assert ours == theirs, name


@pytest.mark.parametrize("verb", sorted(FUNCTIONS))
def test_no_cache_answers_for_a_registry_or_a_cluster(verb: str) -> None:
    # Nor for a failure that is returned as a result: it may pass the next time.
    never = verb in EFFECTS or "report_only" in FUNCTIONS[verb].parameters
    assert FUNCTIONS[verb].cache_policy == ("never" if never else None)


@pytest.mark.parametrize("verb", sorted(FUNCTIONS))
def test_a_check_runs_without_any_argument(verb: str) -> None:
    assert FUNCTIONS[verb].check == (verb in CHECKS)
    assert verb not in CHECKS or not FUNCTIONS[verb].parameters


@pytest.mark.parametrize("verb", sorted(FUNCTIONS))
def test_services_are_listed_and_start_without_any_argument(verb: str) -> None:
    assert FUNCTIONS[verb].service == (verb in SERVICES)
    assert verb not in SERVICES or not FUNCTIONS[verb].parameters


@pytest.mark.parametrize("verb", sorted(FUNCTIONS))
def test_every_verb_with_a_kubeconfig_can_be_given_the_way_to_its_cluster(verb: str) -> None:
    has = set(FUNCTIONS[verb].parameters)
    assert ("api" in has) == ("kubeconfig" in has)


@pytest.mark.parametrize("verb", sorted(FUNCTIONS))
def test_the_clone_is_read_without_a_flag(verb: str) -> None:
    paths = {"git": "/.git", "git_config": "/.git", "example": "/.env.example"}
    for name in CONTEXT & set(FUNCTIONS[verb].parameters):
        assert FUNCTIONS[verb].parameters[name].default_path == paths[name]


def test_the_constructor_takes_what_every_verb_stands_on_and_no_word_the_engine_has() -> None:
    constructor = MODULE.get_constructor().parameters
    assert {argument.name for argument in constructor.values()} == {
        "backend", "frontend", "chart", "ci", "infra", "release_file", "source", "project",
        "own_images",
    }  # fmt: skip
    assert not {argument.name for argument in constructor.values()} & GLOBAL
    for name, argument in constructor.items():
        wanted: Any = {
            "release_file": dagger.File,
            "project": str,
            "own_images": str,
        }.get(name, dagger.Directory)
        assert argument.resolved_type == wanted, name
    assert constructor["release_file"].default_path == "/release.toml"
    assert all(argument.is_optional for argument in constructor.values())


@pytest.mark.parametrize("verb", sorted(FUNCTIONS))
def test_every_flag_can_be_given_in_the_file_of_defaults(verb: str) -> None:
    """The engine reads any other type from .env as JSON, and the command would not."""
    kinds = {str, bool, float, int, dagger.Secret, dagger.File, dagger.Service, type(None)}
    for name, argument in FUNCTIONS[verb].parameters.items():
        if name in CONTEXT:
            continue
        hint: Any = argument.resolved_type
        assert set(get_args(hint) or (hint,)) <= kinds, name


def test_the_example_of_defaults_names_arguments_alone() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    # The engine compares a name with the argument's own, `registryUsername`, in any case.
    known = {
        f"{verb}_{argument.name.replace('_', '')}".upper()
        for verb in FUNCTIONS
        for argument in FUNCTIONS[verb].parameters.values()
    }
    assert named
    assert named <= known


def taken(path: str, patterns: list[str]) -> bool:
    """Judge a path as the engine's filter does: the last pattern that fits it decides."""
    included = True
    for pattern in patterns:
        negated, bare = pattern.startswith("!"), pattern.removeprefix("!")
        parents = [str(parent) for parent in Path(path).parents][:-1]
        names = [path, *parents] if not bare.startswith("**/") else Path(path).parts
        if any(_fits(name, bare.removeprefix("**/")) for name in names):
            included = negated
    return included


def _fits(name: str, pattern: str) -> bool:
    # A star stands for no slash.
    return name.count("/") == pattern.count("/") and fnmatch.fnmatchcase(name, pattern)


def tracked(folder: str) -> list[str]:
    listed = subprocess.run(
        ["git", "-C", str(ROOT / folder), "ls-files"], capture_output=True, text=True, check=True
    )
    return listed.stdout.split()


@pytest.mark.parametrize(
    ("folder", "patterns"),
    [
        ("backend", engine_arguments.BACKEND),
        ("frontend", engine_arguments.FRONTEND),
        ("ci", engine_arguments.CI),
    ],
)
def test_every_file_of_a_component_reaches_its_steps(folder: str, patterns: list[str]) -> None:
    assert [path for path in tracked(folder) if not taken(path, patterns)] == []
    for left_out in (".venv/bin/python", "node_modules/a/index.js", ".next/BUILD_ID", ".env"):
        assert not taken(left_out, patterns)


def test_lint_sees_infra_but_the_chart_and_what_docs_are_tested_by() -> None:
    for path in tracked("."):
        wanted = path == "do" or path.startswith((".ci/", ".github/", "infra/", "docs/tests/"))
        wanted = wanted or path == "docs/ruff.toml"
        wanted = wanted and not path.startswith("infra/helm/todo-app/")
        assert taken(path, engine_arguments.INFRA) == wanted, path
