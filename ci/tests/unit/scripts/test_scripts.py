"""What runs inside a step needs nothing but a Python, and what is sent beside it."""

import ast
import sys
from pathlib import Path

import pytest

from todo_ci import scripts

FOLDER = Path(scripts.__file__).parent
PROGRAMS = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*.py")
    if path.name != "__init__.py"
)


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_imports_the_standard_library_and_other_programs_alone(name: str) -> None:
    for node in ast.walk(ast.parse(scripts.source(name))):
        if isinstance(node, ast.Import):
            tops = {alias.name.partition(".")[0] for alias in node.names}
            assert tops <= sys.stdlib_module_names
        if isinstance(node, ast.ImportFrom) and not node.level:
            assert (node.module or "").partition(".")[0] in sys.stdlib_module_names
        if isinstance(node, ast.ImportFrom) and node.level:
            base = (FOLDER / name).parents[node.level - 1]
            for module in [node.module] if node.module else [a.name for a in node.names]:
                file = base / f"{module.replace('.', '/')}.py"
                assert file.relative_to(FOLDER).as_posix() in PROGRAMS


def test_programs_in_a_folder_are_sent_as_a_package() -> None:
    sent = scripts.sources("kubectl.py", "supervise/child.py")
    assert sorted(sent) == [
        "scripts/__init__.py", "scripts/kubectl.py",
        "scripts/supervise/__init__.py", "scripts/supervise/child.py",
    ]  # fmt: skip
    assert sent["scripts/supervise/__init__.py"] == ""
