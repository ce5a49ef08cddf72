"""What two packages list is listed alike: a failure names the file that is to follow."""

import ast
import inspect
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import yaml
from todo_ci import cli
from todo_ci.entrypoints.next_commands import OF_THE_LAB
from todo_ci.project.release_file import FILE, parse
from todo_lab.cluster.pipeline_access import pipeline_env

ROOT = Path(__file__).parents[3]
APP = parse((ROOT / FILE).read_text())


def follow(truth: str, listed: Iterable[str], follower: str, found: Sequence[str]) -> None:
    """Demand the same names in the same order.

    Args:
        truth: the file that is changed first.
        listed: its names.
        follower: the file that is changed after it.
        found: the names that stand there.
    """
    wanted = list(listed)
    assert list(found) == wanted, f"change {follower} as well: {truth} lists {', '.join(wanted)}"


def text(file: str) -> str:
    return (ROOT / file).read_text()


def constant(file: str, name: str) -> ast.expr:
    """Find what a module gives a name, without importing it: the backend has other packages."""
    for node in ast.parse(text(file)).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if value and name in [target.id for target in targets if isinstance(target, ast.Name)]:
            return value
    raise AssertionError(f"{file} has no {name}")


def words(file: str, pattern: str) -> list[str]:
    """Read a list that a text holds in its one group, with commas."""
    (found,) = re.findall(pattern, text(file))
    return re.split(r",\s*", found)


RUNNER = "backend/services/selfcheck/runner.py"


def selfchecks() -> list[str]:
    stages = constant(RUNNER, "STAGES")
    keys = [key for node in ast.walk(stages) if isinstance(node, ast.Dict) for key in node.keys]
    return [str(key.value) for key in keys if isinstance(key, ast.Constant)]


@pytest.mark.parametrize(
    ("follower", "pattern"),
    [
        ("backend/README.md", r"todo selfcheck \[--checks ([\w,-]+)\]"),
        ("ci/README.md", r"\| ([\w, -]+) \| the Job `selfcheck` says so"),
    ],
)
def test_the_documents_name_every_check_of_the_selfcheck(follower: str, pattern: str) -> None:
    follow(RUNNER, selfchecks(), follower, words(follower, pattern))


def test_verify_wants_every_check_of_the_selfcheck() -> None:
    assert APP.helm_test
    follow(RUNNER, selfchecks(), FILE, APP.helm_test.checks)


def test_with_secrets_of_its_own_the_chart_wants_every_other_one() -> None:
    file = "infra/helm/todo-app/templates/tests/selfcheck.yaml"
    wanted = [name for name in selfchecks() if name != "secrets"]
    follow(RUNNER, wanted, file, words(file, r'--checks, "([\w,-]+)"\]'))


SUBSCRIPTIONS = "infra/dapr-components/subscriptions.yaml"


def routes() -> dict[str, str]:
    """Read the topics that carry events, and the route each goes to."""
    specs = [document["spec"] for document in yaml.safe_load_all(text(SUBSCRIPTIONS))]
    heard = [spec for spec in specs if "deadLetterTopic" in spec]
    assert {spec["topic"] for spec in specs} == {
        name for spec in heard for name in (spec["topic"], spec["deadLetterTopic"])
    }
    return {spec["topic"]: spec["routes"]["default"] for spec in heard}


def test_the_chart_subscribes_to_every_topic() -> None:
    file = "infra/helm/todo-app/templates/dapr-subscriptions.yaml"
    (listed,) = re.findall(r"\$routes := dict ([^}]+) }}", text(file))
    names = re.findall(r'"([^"]+)"', listed)
    wanted = [word for pair in routes().items() for word in pair]
    follow(SUBSCRIPTIONS, wanted, file, names)


def test_the_backend_publishes_on_every_topic() -> None:
    file = "backend/schemas/events.py"
    found = re.findall(r'^[A-Z_]+ = "([a-z]+(?:-[a-z]+)*)"$', text(file), re.MULTILINE)
    follow(SUBSCRIPTIONS, routes(), file, found)


def test_the_backend_serves_every_route() -> None:
    file = "backend/routes/events.py"
    served = {f"/events{path}" for path in re.findall(r'@\w+\.post\(\s*"([^"]+)"', text(file))}
    assert {*routes().values(), "/events/dead-letters"} == served, f"change {file} as well"


@pytest.mark.parametrize(
    ("follower", "pattern"),
    [
        ("docs/deployment-checklist.md", r"the topics ((?:`[\w-]+`(?:, | and )?)+)"),
        ("infra/dapr-components/README.md", r"The topics are ((?:`[\w-]+`,? )+)"),
        ("docs/dapr-integration.md", r"\| route \|\n\|[-|]+\|\n((?:\| `[\w-]+` \|.*\n)+)"),
    ],
)
def test_the_documents_name_every_topic(follower: str, pattern: str) -> None:
    (found,) = re.findall(pattern, text(follower).replace(",\n", ", "))
    names = re.findall(r"(?:^\| |^|, )`([\w-]+)`", found, re.MULTILINE)
    follow(SUBSCRIPTIONS, routes(), follower, names)


def test_every_environment_has_values_that_say_its_name() -> None:
    chart = ROOT / APP.release.chart
    files = sorted(path.name for path in chart.glob("values-*.yaml"))
    follow(FILE, sorted(it.values for it in APP.environments.values()), str(chart), files)
    for name, environment in APP.environments.items():
        said = yaml.safe_load((chart / environment.values).read_text())["environment"]
        assert said == name, environment.values


def test_the_workflow_offers_every_environment() -> None:
    file = ".github/workflows/deploy-oke.yml"
    (offered,) = re.findall(r"\n      environment:\n.*\n.*\n +options: \[([\w, ]+)\]", text(file))
    follow(FILE, sorted(APP.environments), file, sorted(offered.split(", ")))


def test_the_deployment_scripts_know_every_environment() -> None:
    file = "infra/scripts/pipeline.sh"
    (known,) = re.findall(r"^environments='([\w -]+)'", text(file), re.MULTILINE)
    follow(FILE, sorted(APP.environments), file, sorted(known.split()))


LAB_VERBS = "ci/src/todo_ci/entrypoints/next_commands.py"


def test_the_script_calls_on_the_lab_what_next_steps_say_it_does() -> None:
    (case,) = re.findall(r"^((?:\w+ \| )+\w+)\)\n    pipeline_on_the_lab", text("do"), re.MULTILINE)
    follow(LAB_VERBS, sorted(OF_THE_LAB), "do", sorted(["deploy", *case.split(" | ")]))


VERBS = "ci/src/todo_ci/cli.py"
# What a clone knows of its cluster and registry, and nobody wants to type at each call.
KNOWN = ("URL", "HOLDER", "KUBECONFIG", "REGISTRY_USERNAME", "REGISTRY_PASSWORD")
# They go to an environment of their own, which a clone need not have.
APART = ("rehearse", "preview", "unpreview")


def defaults(*known: str) -> list[str]:
    """Name the default arguments of every verb that goes to an environment, as .env does."""
    found: list[str] = []
    for verb in cli.app:
        command = None if verb.startswith("-") or verb in APART else cli.app[verb].default_command
        taken = {name.upper() for name in inspect.signature(command).parameters} if command else ()
        found += [f"{verb.upper()}_{name}" for name in known if "ENV" in taken and name in taken]
    return sorted(found)


def given(text: str, wanted: Iterable[str]) -> list[str]:
    """Name those of the wanted defaults that a text gives a value."""
    names = {line.partition("=")[0] for line in text.splitlines()}
    return [name for name in wanted if name in names]


def test_the_example_of_defaults_has_what_every_verb_wants() -> None:
    # The engine overlooks a name with further underscores.
    wanted = [
        f"{verb}_{name.replace('_', '')}"
        for verb, _, name in (it.partition("_") for it in defaults("ENV", *KNOWN))
    ]
    follow(VERBS, wanted, ".env.example", given(text(".env.example"), wanted))


def test_the_lab_gives_every_verb_what_it_wants() -> None:
    wanted = defaults("REGISTRY", *KNOWN)
    file = "infra/lab/todo_lab/cluster/pipeline_access.py"
    follow(VERBS, wanted, file, given(pipeline_env(), wanted))


def test_a_verb_without_its_defaults_is_found() -> None:
    assert {"STATUS_KUBECONFIG", "PUBLISH_REGISTRY_PASSWORD"} <= set(defaults(*KNOWN))
    assert given("DEPLOY_URL=x\n# VERIFY_URL=x\n", ["DEPLOY_URL", "VERIFY_URL"]) == ["DEPLOY_URL"]


def test_a_list_that_did_not_follow_is_named() -> None:
    with pytest.raises(AssertionError, match="change b as well: a lists one, two"):
        follow("a", ["one", "two"], "b", ["one"])
    with pytest.raises(AssertionError, match=r"runner\.py has no NOTHING"):
        constant(RUNNER, "NOTHING")
