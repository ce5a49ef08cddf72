"""Builds resume, wait for each other, and depend on nothing of the machine but its proxies."""

import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from todo_lab import cli, file_locks, paths
from todo_lab.build import base_images, go_patches, go_programs, go_toolchain
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


@needs_go
def test_helm_alone_is_only_built_where_the_lab_is_not(
    hello: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    progress, _ = shown(tmp_path)
    monkeypatch.setattr(go_programs, "KUBE", replace(hello, programs=("helm",)))
    monkeypatch.setattr(go_programs, "HELM_TOOL", replace(hello, name="helm", ldflags="-w"))
    alone = go_programs.helm(progress)
    assert alone.parent == go_programs.folder(go_programs.HELM_TOOL)
    go_programs.ensure(go_programs.KUBE, progress)
    assert go_programs.helm(progress) == go_programs.folder(go_programs.KUBE) / "helm"


def test_without_go_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(LabError) as raised:
        go_toolchain.run(["env"], Path())
    assert raised.value.fix == "install Go 1.21 or newer"


def test_settings_of_the_machine_do_not_reach_a_build():
    environment = go_toolchain.environment({"GOFLAGS": "-race", "GOWORK": "x", "GOPROXY": "y"})
    assert environment["GOFLAGS"] == "-mod=readonly -trimpath -buildvcs=false"
    assert environment["GOWORK"] == "off"
    assert environment["GOPROXY"] == "y"
    clean = base_images.clean_environment({"PIP_INDEX_URL": "x", "https_proxy": "p", "PATH": "/x"})
    assert "PIP_INDEX_URL" not in clean
    assert clean["https_proxy"] == "p"
    assert "/x" not in clean["PATH"]


@pytest.mark.parametrize(
    ("text", "version"),
    [("go version go1.26.8 linux/amd64", (1, 26)), ("go1.21", (1, 21)), ("no Go", (0, 0))],
)
def test_go_versions_are_read(text: str, version: tuple[int, int]):
    assert go_toolchain.parse_version(text) == version


def test_a_second_command_waits_for_the_first(tmp_path: Path):
    order: list[str] = []
    waits = threading.Event()

    def second() -> None:
        with file_locks.hold(tmp_path / "lock", waits.set):
            order.append("second")

    with file_locks.hold(tmp_path / "lock"):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(10)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_the_lock_of_a_killed_command_is_free(tmp_path: Path):
    lock = tmp_path / "lock"
    code = (
        f"import os, pathlib; from todo_lab import file_locks\n"
        f"with file_locks.hold(pathlib.Path({str(lock)!r})): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=paths.LAB, check=False)
    assert lock.exists()
    with file_locks.hold(lock, lambda: pytest.fail("the dead command still holds the lock")):
        pass


def test_only_sources_that_are_built_are_copied(tmp_path: Path):
    module = tmp_path / "module"
    for name in ("a.go", "a_test.go", "sub/b.go", "providers/c.go", "README.md"):
        (module / name).parent.mkdir(parents=True, exist_ok=True)
        (module / name).write_text("package x")
        (module / name).chmod(0o444)
    go_patches.copy_sources(module, tmp_path / "copy", ("providers",))
    copied = sorted(path for path in (tmp_path / "copy").rglob("*") if path.is_file())
    assert [path.relative_to(tmp_path / "copy").as_posix() for path in copied] == [
        "a.go",
        "sub/b.go",
    ]
    copied[0].write_text("can be changed")


def test_the_base_images_keep_nothing_of_this_machine_and_no_documentation():
    for base in base_images.ALL:
        argv = base_images.mmdebstrap_argv(base, Path("layer.tar"))
        assert '--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname"' in argv
        assert "--dpkgopt=path-exclude=/usr/share/doc/*" in argv
        assert argv[-2:] == ["trixie", "layer.tar"]
        assert base.short in ("python", "node")


def test_an_unknown_tool_names_the_known_ones(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["tools", "docker"]) == 1
    error = capsys.readouterr().err
    assert "'docker'" in error
    assert "kubectl" in error


def test_dapr_is_built_with_the_labs_components_in_place_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    module, source = tmp_path / "module", tmp_path / "source"
    for name in ("go.mod", "pkg/a.go", "cmd/daprd/app/app.go", "cmd/daprd/components/all.go",
                 "tests/x.go", "charts/dapr/embed.go", "charts/dapr/crds/a.yaml"):  # fmt: skip
        (module / name).parent.mkdir(parents=True, exist_ok=True)
        (module / name).write_text(name)
    (source / "components").mkdir(parents=True)
    (source / "components" / "components.go").write_text("ours")
    (source / "go.mod").write_text("module x\n")
    monkeypatch.setattr(go_patches, "download", lambda *_: module)
    made = go_patches.with_few_components(source, tmp_path / "draft")
    files = sorted(str(path.relative_to(made)) for path in made.rglob("*") if path.is_file())
    assert files == [
        "dapr/charts/dapr/crds/a.yaml", "dapr/charts/dapr/embed.go", "dapr/cmd/daprd/app/app.go",
        "dapr/cmd/daprd/components/components.go", "dapr/go.mod", "dapr/pkg/a.go", "go.mod",
    ]  # fmt: skip
    assert "replace github.com/dapr/dapr => ./dapr\n" in (made / "go.mod").read_text()
    assert (source / "components").exists()
