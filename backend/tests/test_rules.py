"""Rules of this code base that no linter knows."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from settings import VERSION, SelfcheckSettings, Settings
from tests.postgres import find_binaries

BACKEND = Path(__file__).parents[1]
QUERIES = {"select", "insert", "update", "delete", "text", "func", "or_", "and_", "tuple_"}
# Tables, their migrations and the session itself.
WITH_QUERIES = {"models", "repositories", "migrations", "tests", ".venv"}
EXEMPT = {"database.py"}


def query_imports(source: str) -> set[str]:
    """Return the names a module imports to build queries."""
    return {
        name.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for name in node.names
        if name.name in QUERIES
    }


def test_queries_live_in_repositories_only() -> None:
    found = {
        str(path.relative_to(BACKEND)): names
        for path in BACKEND.rglob("*.py")
        if path.relative_to(BACKEND).parts[0] not in WITH_QUERIES
        and path.name not in EXEMPT
        and (names := query_imports(path.read_text()))
    }
    assert found == {}


def test_a_query_elsewhere_would_be_noticed() -> None:
    assert query_imports("from sqlalchemy import String, select") == {"select"}


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((BACKEND / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION


def test_the_readme_lists_every_variable() -> None:
    listed = set(re.findall(r"^\| `([A-Z_]+)`", (BACKEND / "README.md").read_text(), re.MULTILINE))
    fields = Settings.model_fields | SelfcheckSettings.model_fields
    assert listed == {str(field.validation_alias) for field in fields.values()}


def test_a_machine_without_postgresql_fails_with_the_package_to_install(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="apt-get install postgresql"):
        find_binaries(tmp_path)
