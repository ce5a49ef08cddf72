"""Every check of lint, test and chart fails on a fixture made to fail it, with the real tool."""

import json
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from todo_ci.adapters.host.secrets import SecretStore
from todo_ci.adapters.host.shell import HostShell
from todo_ci.components import chart, source_checks
from todo_ci.core.steps import NamedStep, check_all
from todo_ci.reports.report import Check, CheckStatus

ROOT = Path(__file__).parents[3]
CHECKS = {
    named.name: named
    for named in [*source_checks.plan("lint"), *source_checks.plan("test"), *chart.check()]
}

Spoil = Callable[[Path], None]


def write(name: str, text: str) -> Spoil:
    def spoil(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)

    return spoil


def layers(folder: str, package: str) -> Spoil:
    """Let a lower layer import a higher one."""

    def spoil(root: Path) -> None:
        source = root / folder
        (source / package / "high").mkdir(parents=True)
        (source / package / "low").mkdir()
        (source / package / "__init__.py").touch()
        (source / package / "high/__init__.py").touch()
        (source / package / "low/__init__.py").write_text(f"import {package}.high\n")
        contract = (
            f'[tool.importlinter]\nroot_package = "{package}"\n'
            '[[tool.importlinter.contracts]]\nname = "order"\ntype = "layers"\n'
            f'layers = ["{package}.high", "{package}.low"]\n'
        )
        (root / folder.removesuffix("/src") / "pyproject.toml").write_text(contract)

    return spoil


UNUSED_IMPORT = "import os\n"
UNFORMATTED = "x = [1,2]\n"
WRONG_TYPE = 'number: int = "one"\n'
VITEST = (
    'import { expect, test } from "vitest";\n\ntest("sum", () => {\n\texpect(1 + 1).toBe(3);\n});\n'
)
FAILING_TEST = "def test_sum() -> None:\n    assert 1 + 1 == 3\n"
TSCONFIG: dict[str, dict[str, object]] = {
    "compilerOptions": {"strict": True, "noEmit": True, "types": []}
}
WORKFLOW = ".github/workflows/a.yml"
JOB = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: "
CHART = "infra/helm/todo-app"
LINTER = "infra/scripts/lint_shell.py"
WRONG_VALUE = "backend:\n  replicas: many\n"
BROKEN_TEMPLATE = "{{ .Values.nowhere.at.all }}\n"


def values(environment: str) -> Spoil:
    return write(f"{CHART}/values-{environment}.yaml", WRONG_VALUE)


def spoiled_tsc(root: Path) -> None:
    write("frontend/tsconfig.json", json.dumps(TSCONFIG))(root)
    write("frontend/a.ts", 'export const n: number = "one";\n')(root)


def stale_client(root: Path) -> None:
    """Describe one more path than the generated client knows."""
    paths = {"/new": {"get": {"responses": {"200": {"description": "ok"}}}}}
    described = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    write("backend/openapi.json", json.dumps(described))(root)
    shutil.copy(ROOT / "frontend/package.json", root / "frontend/package.json")
    write("frontend/lib/api/schema.ts", "export type paths = Record<string, never>;\n")(root)


def spoiled_types(folder: str) -> Spoil:
    def spoil(root: Path) -> None:
        write(f"{folder}/pyrightconfig.json", '{"typeCheckingMode": "strict"}')(root)
        write(f"{folder}/a.py", WRONG_TYPE)(root)

    return spoil


FIXTURES: dict[str, tuple[Spoil, str]] = {
    "backend: ruff": (write("backend/a.py", UNUSED_IMPORT), "F401"),
    "backend: format": (write("backend/a.py", UNFORMATTED), "would be reformatted"),
    "backend: pyright": (write("backend/a.py", WRONG_TYPE), "not assignable"),
    "backend: imports": (layers("backend", "app"), "app.low is not allowed to import app.high"),
    "backend: pytest": (write("backend/test_a.py", FAILING_TEST), "1 failed"),
    "frontend: biome": (write("frontend/a.js", "var a = 1;\ndebugger;\n"), "debugger"),
    "frontend: tsc": (spoiled_tsc, "TS2322"),
    "frontend: generated client": (stale_client, "not up-to-date"),
    "frontend: vitest": (write("frontend/a.test.ts", VITEST), "1 failed"),
    "ci: ruff": (write("ci/a.py", UNUSED_IMPORT), "F401"),
    "ci: format": (write("ci/a.py", UNFORMATTED), "would be reformatted"),
    "ci: pyright": (write("ci/a.py", WRONG_TYPE), "not assignable"),
    "ci: imports": (layers("ci/src", "app"), "app.low is not allowed to import app.high"),
    "infra: ruff": (write("infra/a.py", UNUSED_IMPORT), "F401"),
    "infra: format": (write("infra/a.py", UNFORMATTED), "would be reformatted"),
    "infra: pyright": (spoiled_types("infra/lab"), "not assignable"),
    "infra: imports": (layers("infra/lab", "app"), "app.low is not allowed to import app.high"),
    "docs: ruff": (write("docs/tests/a.py", UNUSED_IMPORT), "F401"),
    "docs: format": (write("docs/tests/a.py", UNFORMATTED), "would be reformatted"),
    "chart's tests: pyright": (spoiled_types("infra/helm/tests"), "not assignable"),
    "shellcheck": (write("infra/a.sh", "#!/bin/sh\necho $1\n"), "SC2086"),
    "workflow: actionlint": (write(WORKFLOW, JOB + "echo ${{ nothing.at.all }}\n"), "undefined"),
    "workflow: zizmor": (
        write(WORKFLOW, JOB + "echo ${{ github.event.issue.title }}\n"),
        "template-injection",
    ),
    "chart: lint local": (values("local"), "got string, want null or integer"),
    "chart: lint oke": (values("oke"), "got string, want null or integer"),
    "chart: render local": (write(f"{CHART}/templates/a.yaml", BROKEN_TEMPLATE), "nil pointer"),
    "chart: render oke": (write(f"{CHART}/templates/a.yaml", BROKEN_TEMPLATE), "nil pointer"),
    "chart: package": (write(f"{CHART}/Chart.yaml", "name: todo-app\n"), "version is required"),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with the real toolboxes and chart, and nothing else."""
    for folder in ("backend", "frontend", "ci/src", "infra/helm", ".ci", ".github", "docs"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "do").write_text("#!/bin/sh\ntrue\n")
    shutil.copytree(ROOT / "infra/helm/todo-app", tmp_path / "infra/helm/todo-app")
    (tmp_path / LINTER).parent.mkdir()
    shutil.copy(ROOT / LINTER, tmp_path / LINTER)
    for toolbox in ("backend/.venv", "frontend/node_modules", "ci/.venv"):
        assert (ROOT / toolbox).is_dir(), f"{toolbox} is missing; next: ./do test"
        (tmp_path / toolbox).symlink_to(ROOT / toolbox)
    return tmp_path


@pytest.fixture
def shell(root: Path) -> Generator[HostShell]:
    with SecretStore({}) as store:
        yield HostShell(root, store)


async def check(named: NamedStep, shell: HostShell) -> Check:
    return (await check_all("one", [named], shell)).report.checks[0]


def test_every_check_has_its_fixture() -> None:
    assert set(FIXTURES) == set(CHECKS)


@pytest.mark.parametrize("name", FIXTURES)
async def test_the_check_fails(name: str, root: Path, shell: HostShell) -> None:
    spoil, sign = FIXTURES[name]
    spoil(root)
    outcome = await check(CHECKS[name], shell)
    assert outcome.status is CheckStatus.FAILED
    assert sign in outcome.evidence, "it failed for the reason it is there for"
    assert outcome.next_step


@pytest.mark.parametrize(
    "name",
    [
        "shellcheck", "workflow: actionlint", "workflow: zizmor",
        "chart: render local", "chart: package",
    ],
)  # fmt: skip
async def test_the_same_check_passes_unspoiled(name: str, root: Path, shell: HostShell) -> None:
    write("infra/a.sh", '#!/bin/sh\necho "$1"\n')(root)
    shutil.copytree(ROOT / ".github", root / ".github", dirs_exist_ok=True)
    outcome = await check(CHECKS[name], shell)
    assert outcome.status is CheckStatus.PASSED, outcome.evidence


DEPLOYMENT = f"{CHART}/templates/deployment-backend.yaml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('(include "todo-app.image" (dict "image" .image "root" $))', '"todo-backend:0.3.0"',
         "no Deployment of backend runs registry.example/todo-backend by the digest"),
        ("", "", ""),
    ],
)  # fmt: skip
async def test_a_chart_that_does_not_run_what_was_published_is_found(
    old: str, new: str, said: str, root: Path, shell: HostShell
) -> None:
    template = root / DEPLOYMENT
    text = template.read_text()
    assert old in text
    template.write_text(text.replace(old, new) if old else text)
    outcome = await check(CHECKS["chart: render local"], shell)
    assert (outcome.status is CheckStatus.FAILED) is bool(said)
    assert said in outcome.evidence


async def test_a_tree_without_scripts_is_no_success(root: Path, shell: HostShell) -> None:
    (root / "do").unlink()
    (root / "do").write_text("not a script\n")
    outcome = await check(CHECKS["shellcheck"], shell)
    assert outcome.status is CheckStatus.FAILED
    assert "no shell script" in outcome.evidence


async def test_a_tree_without_a_workflow_is_no_success(shell: HostShell) -> None:
    for name in ("workflow: actionlint", "workflow: zizmor"):
        assert (await check(CHECKS[name], shell)).status is CheckStatus.FAILED
