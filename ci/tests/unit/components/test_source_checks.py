"""The promise: what release.toml lists is run as it stands there, and nothing else is."""

from pathlib import Path

import pytest

from todo_ci.commands import ci
from todo_ci.components import source_checks
from todo_ci.errors import InputError
from todo_ci.project import current
from todo_ci.project.release_file import parse

GUESTBOOK = (Path(__file__).parents[1] / "fixtures/guestbook.toml").read_text()
CHECKS = """
[components.web]
context = "cmd/web"
image = "guestbook"
values = "image"
toolbox = { language = "go" }
lint = { vet = { run = "go vet ./..." } }

[components.web.test.unit]
run = "go test -cover ./... >cover.txt"
fix = "go test ./..."
keep = "cover.txt"
timeout-seconds = 60
"""
TOP = """
[repository]
folders = ["tools", "do"]
toolbox = { language = "python", lock = "tools/requirements.lock" }
lint = { yaml = { run = "yamllint tools" } }
"""
WEB = '[components.web]\ncontext = "web"\nimage = "guestbook"\nvalues = "image"\n'

pytestmark = pytest.mark.usefixtures("guestbook")


def described(further: str) -> None:
    assert WEB in GUESTBOOK
    current.use(parse(GUESTBOOK.replace(WEB, further)))


def test_a_components_checks_run_in_its_folder_with_its_toolbox() -> None:
    described(CHECKS)
    (vet,), (unit,) = source_checks.plan("lint"), source_checks.plan("test")
    assert (vet.name, vet.next_step) == ("web: vet", "cd cmd/web && go vet ./...")
    assert vet.step.argv == ("sh", "-ec", "go vet ./...")
    assert (vet.step.tool, vet.step.workdir, vet.step.inputs) == ("web", "web", ("web",))
    assert (unit.step.outputs, unit.step.timeout) == (("web/cover.txt",), 60)
    assert unit.next_step == "go test ./..."


def test_a_folder_with_a_blank_can_be_typed_as_it_is_shown() -> None:
    described(CHECKS.replace("cmd/web", "our web"))
    (vet,) = source_checks.plan("lint")
    assert vet.next_step == "cd 'our web' && go vet ./..."


def test_the_rest_of_the_repository_is_checked_from_its_top() -> None:
    described(CHECKS + TOP)
    _, yaml = source_checks.plan("lint")
    assert (yaml.name, yaml.step.tool, yaml.step.workdir) == ("yaml", "repository", ".")
    assert yaml.step.inputs == ("tools", "do")
    assert yaml.step.env == {"PYTHONDONTWRITEBYTECODE": "1"}


def test_a_check_of_the_repository_sees_the_components_that_it_names() -> None:
    described(CHECKS + TOP.replace('"yamllint tools"', '"yamllint .", beside = ["web"]'))
    _, yaml = source_checks.plan("lint")
    assert yaml.step.inputs == ("tools", "do", "web")


def test_nothing_to_check_is_no_success_for_whoever_asks_for_it() -> None:
    with pytest.raises(InputError) as refused:
        ci.lint()
    assert refused.value.problem == "release.toml lists nothing to lint"
    assert "[components.NAME.lint]" in refused.value.accepted
    with pytest.raises(InputError, match="nothing to test"):
        ci.test()
