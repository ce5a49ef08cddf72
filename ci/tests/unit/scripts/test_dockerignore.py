"""A .dockerignore leaves out what Docker says it does; a folder is entered only for a reason."""

import pytest

from todo_ci.scripts.dockerignore import Dockerignore

ALLOWING = "*\n!*.py\n!lib\n**/*.test.ts\n**/__pycache__\n"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("node_modules", "node_modules"),
        ("node_modules", "node_modules/left-pad/index.js"),
        ("/docs/", "docs/a.md"),
        ("./docs/../notes", "notes"),
        ("*.md", "README.md"),
        ("*/*.md", "docs/a.md"),
        ("**/*.md", "README.md"),
        ("**/*.md", "docs/deep/a.md"),
        ("docs/**", "docs/deep/a.md"),
        ("docs/**/a.md", "docs/a.md"),
        ("a?c", "abc"),
        ("[a-c].txt", "b.txt"),
        ("[^a-c].txt", "d.txt"),
        (r"\*.txt", "*.txt"),
        ("a.c", "a.c"),
        ("\ufeff# words\n\n  secret  \n", "secret"),
        ("!keep\nkeep", "keep"),
        (ALLOWING, "README.md"),
        (ALLOWING, "other/a.py"),
        (ALLOWING, "lib/a.test.ts"),
        (ALLOWING, "lib/deep/__pycache__/a.pyc"),
    ],
)
def test_what_is_left_out(text: str, path: str) -> None:
    assert Dockerignore(text).leaves_out(path)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "a"),
        ("node_modules", "deep/node_modules/a"),
        ("*.md", "docs/a.md"),
        ("*/*.md", "docs/deep/a.md"),
        ("docs/**", "docs"),
        ("a?c", "a/c"),
        ("a.c", "abc"),
        (r"\*.txt", "a.txt"),
        ("# secret", "secret"),
        ("*\n!docs/keep\n", "docs/keep/a"),
        (ALLOWING, "main.py"),
        (ALLOWING, "lib/deep/a.ts"),
    ],
)
def test_what_is_left_in(text: str, path: str) -> None:
    assert not Dockerignore(text).leaves_out(path)


@pytest.mark.parametrize("folder", [".venv", "node_modules/deep", "main.py"])
def test_no_line_leads_into_such_a_folder(folder: str) -> None:
    assert not Dockerignore(ALLOWING).reaches_below(folder)


@pytest.mark.parametrize("line", ["!docs/keep", "!*/keep", "!docs/**/keep", "!**/keep", "!d**/x"])
def test_a_line_leads_to_what_it_takes_back(line: str) -> None:
    assert Dockerignore(f"*\n{line}\n").reaches_below("docs")
