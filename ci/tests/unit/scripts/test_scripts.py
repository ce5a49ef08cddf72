"""What runs inside a step needs nothing but a Python."""

import ast
import sys
from pathlib import Path

import pytest

from todo_ci import scripts

FOLDER = Path(scripts.__file__).parent
PROGRAMS = sorted(path.name for path in FOLDER.glob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_imports_the_standard_library_and_its_siblings_alone(name: str) -> None:
    siblings = {Path(program).stem for program in PROGRAMS}
    allowed = sys.stdlib_module_names | siblings
    for node in ast.walk(ast.parse(scripts.source(name))):
        if isinstance(node, ast.Import):
            assert {alias.name.partition(".")[0] for alias in node.names} <= allowed
        if isinstance(node, ast.ImportFrom):
            named = {node.module} if node.module else {alias.name for alias in node.names}
            tops = {name.partition(".")[0] for name in named}
            assert tops <= (siblings if node.level else allowed)
