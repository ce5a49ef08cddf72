"""A program is built once, never by half, and again when what it is made from changed."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from todo_lab import paths
from todo_lab.build import go_programs, go_toolchain
from todo_lab.build.go_programs import Tool
from todo_lab.errors import LabError
from todo_lab.progress import Progress

HELLO = 'package main\n\nfunc main() { println("hello") }\n'
needs_go = pytest.mark.skipif(not shutil.which("go"), reason="needs Go")


@pytest.fixture
def hello(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    """Return a small tool whose sources and cache are the test's own."""
    source = tmp_path / "tools" / "hello"
    source.mkdir(parents=True)
    (source / "go.mod").write_text("module hello.example\n\ngo 1.21\n")
    (source / "main.go").write_text(HELLO)
    monkeypatch.setattr(paths, "TOOLS", tmp_path / "tools")
    for name in ("BINARIES", "BUILD_LOGS", "BUILD_LOCKS"):
        monkeypatch.setattr(paths, name, tmp_path / name)
    go_toolchain.version.cache_clear()
    return Tool("hello", "Hello", "hello", ".", programs=("hi",))


def shown(tmp_path: Path) -> tuple[Progress, Path]:
    log = tmp_path / "shown"
    return Progress(tmp_path / "times.json", log.open("a"), heartbeat=0), log


@needs_go
def test_a_tool_is_built_once_and_again_after_a_change(hello: Tool, tmp_path: Path):
    progress, log = shown(tmp_path)
    first = go_programs.ensure(hello, progress)
    done = subprocess.run([first.with_name("hi")], check=True, capture_output=True, text=True)
    assert done.stderr == "hello\n"
    assert go_programs.ensure(hello, progress) == first
    assert log.read_text().count("done in") == 1
    (paths.TOOLS / "hello" / "main.go").write_text(HELLO.replace("hello", "changed"))
    assert go_programs.ensure(hello, progress) != first
    assert log.read_text().count("done in") == 2


@needs_go
def test_an_interrupted_build_leaves_no_half_tool_and_the_next_succeeds(
    hello: Tool, tmp_path: Path
):
    progress, _ = shown(tmp_path)
    target = go_programs.folder(hello)
    draft = target.with_name(target.name + ".draft")
    draft.mkdir(parents=True)
    (draft / "hello").write_text("half")
    assert not go_programs.built(hello)
    assert go_programs.ensure(hello, progress).read_bytes()[:4] == b"\x7fELF"
    assert not draft.exists()


@needs_go
def test_a_build_that_fails_names_the_error_and_leaves_nothing(hello: Tool, tmp_path: Path):
    progress, _ = shown(tmp_path)
    (paths.TOOLS / "hello" / "main.go").write_text("package main\n\nfunc main() { missing() }\n")
    with pytest.raises(LabError, match="undefined: missing"):
        go_programs.ensure(hello, progress)
    assert not go_programs.built(hello)


@needs_go
def test_sums_that_are_not_committed_are_refused(hello: Tool, tmp_path: Path):
    progress, _ = shown(tmp_path)
    with (paths.TOOLS / "hello" / "go.mod").open("a") as file:
        file.write("\nrequire golang.org/x/sys v0.30.0\n")
    (paths.TOOLS / "hello" / "main.go").write_text(
        'package main\n\nimport _ "golang.org/x/sys/unix"\n\nfunc main() {}\n'
    )
    with pytest.raises(LabError, match=r"go\.sum"):
        go_programs.ensure(hello, progress)


def tree(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_a_tool_is_built_again_for_other_sources_another_go_or_other_flags(tmp_path: Path):
    source = tree(tmp_path, {"go.mod": "module x"})
    first = go_programs.key(go_programs.KUBE, source, "go1.26.8")
    assert first == go_programs.key(go_programs.KUBE, source, "go1.26.8")
    assert first != go_programs.key(go_programs.KUBE, source, "go1.26.9")
    assert first != go_programs.key(replace(go_programs.KUBE, ldflags="-X a=b"), source, "go1.26.8")
    (source / "go.sum").write_text("new")
    assert first != go_programs.key(go_programs.KUBE, source, "go1.26.8")


def test_tools_of_one_module_do_not_share_a_key(tmp_path: Path):
    source = tree(tmp_path, {"go.mod": "module x"})
    of_one_module = [tool for tool in go_programs.LAB_TOOLS if tool.module == "kube"]
    made = {go_programs.key(tool, source, "go1.26.8") for tool in of_one_module}
    assert len(made) == len(of_one_module)
