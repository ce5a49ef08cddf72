"""Images are the same bytes for the same content, and other tools can read them."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from todo_lab.build import oci
from todo_lab.build.oci import Config

CONFIG = Config(("/tool",), ("serve",), "65532:65532", {"LANG": "C.UTF-8"})


def make(folder: Path, content: bytes = b"binary", modified: int = 0) -> Path:
    folder.mkdir()
    program = folder / "program"
    program.write_bytes(content)
    os.utime(program, (modified, modified))
    program.chmod(0o700)
    archive = folder / "sub" / "image.tar"
    oci.docker_archive(archive, "localhost/tool:1", {"/opt/bin/tool": program}, CONFIG)
    return archive


def test_the_same_content_makes_the_same_archive_whenever_and_wherever(tmp_path: Path):
    one, two = make(tmp_path / "one"), make(tmp_path / "two", modified=1_700_000_000)
    assert one.read_bytes() == two.read_bytes()


def test_other_content_makes_another_archive(tmp_path: Path):
    one, two = make(tmp_path / "one"), make(tmp_path / "two", b"other!")
    assert one.read_bytes() != two.read_bytes()


def test_only_the_whole_archive_is_left(tmp_path: Path):
    archive = make(tmp_path / "one")
    assert [path.name for path in archive.parent.iterdir()] == ["image.tar"]


def test_the_archive_says_what_it_holds(tmp_path: Path):
    with tarfile.open(make(tmp_path / "one")) as tar:

        def member(name: str) -> bytes:
            file = tar.extractfile(name)
            assert file
            return file.read()

        [manifest] = json.loads(member("manifest.json"))
        assert manifest["RepoTags"] == ["localhost/tool:1"]
        config = json.loads(member(manifest["Config"]))
        layer = member(manifest["Layers"][0])
    assert config["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(layer).hexdigest()]
    assert config["config"]["User"] == "65532:65532"
    assert config["config"]["Entrypoint"] == ["/tool"]
    assert config["config"]["Env"] == ["LANG=C.UTF-8"]
    with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
        entries = {entry.name: entry for entry in tar}
    assert entries["opt/bin/tool"].mode == 0o755
    assert entries["tmp"].mode == 0o1777
    assert {(entry.uid, entry.gid, entry.mtime) for entry in entries.values()} == {(0, 0, 0)}
    names = list(entries)
    assert names.index("opt") < names.index("opt/bin") < names.index("opt/bin/tool")


def make_layout(folder: Path) -> Path:
    folder.mkdir()
    layer = folder / "layer.tar"
    program = folder / "program"
    program.write_bytes(b"binary" * 1000)
    oci.write_layer(layer, {"/program": program})
    oci.oci_layout(folder / "layout", "latest", layer, CONFIG)
    return folder / "layout"


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_an_oci_layout_is_the_same_each_time_and_every_blob_fits_its_name(tmp_path: Path):
    one, two = contents(make_layout(tmp_path / "one")), contents(make_layout(tmp_path / "two"))
    assert one == two
    blobs = {name: data for name, data in one.items() if name.startswith("blobs/")}
    assert len(blobs) == 3
    for name, data in blobs.items():
        assert name == f"blobs/sha256/{hashlib.sha256(data).hexdigest()}"


@pytest.mark.skipif(not shutil.which("skopeo"), reason="needs the Debian package skopeo")
def test_skopeo_reads_both_forms(tmp_path: Path):
    for source in (
        f"docker-archive:{make(tmp_path / 'one')}",
        f"oci:{make_layout(tmp_path / 'two')}:latest",
    ):
        target = tmp_path / "copy"
        subprocess.run(
            ["skopeo", "copy", "--insecure-policy", source, f"dir:{target}"],
            check=True, capture_output=True,
        )  # fmt: skip
        read = subprocess.run(
            ["skopeo", "inspect", "--config", f"dir:{target}"], check=True, capture_output=True
        )
        assert json.loads(read.stdout)["config"]["Cmd"] == ["serve"]
        shutil.rmtree(target)


@pytest.mark.skipif(not shutil.which("skopeo"), reason="needs the Debian package skopeo")
def test_skopeo_refuses_a_damaged_layout(tmp_path: Path):
    layout = make_layout(tmp_path / "one")
    largest = max((layout / "blobs" / "sha256").iterdir(), key=lambda path: path.stat().st_size)
    largest.write_bytes(b"damaged" + largest.read_bytes()[7:])
    done = subprocess.run(
        ["skopeo", "copy", "--insecure-policy", f"oci:{layout}:latest", f"dir:{tmp_path / 'copy'}"],
        capture_output=True,
    )  # fmt: skip
    assert done.returncode != 0


def test_a_program_under_several_names_is_stored_once(tmp_path: Path):
    program = tmp_path / "program"
    program.write_bytes(b"binary" * 1000)
    oci.write_layer(tmp_path / "layer", {"/one": program, "/two": program, "/a/b": program})
    with tarfile.open(tmp_path / "layer") as tar:
        members = {member.name: member for member in tar if "one" in member.name or member.islnk()}
        contents = {name: file.read() for name in members if (file := tar.extractfile(name))}
    assert contents == dict.fromkeys(("one", "two"), b"binary" * 1000)
    assert sum(member.islnk() for member in members.values()) == 2


def test_one_image_can_have_several_names(tmp_path: Path):
    program = tmp_path / "program"
    program.write_bytes(b"binary")
    archive = tmp_path / "image.tar"
    oci.docker_archive(archive, "x/one:1", {"/one": program}, CONFIG, ["x/two:1"])
    with tarfile.open(archive) as tar:
        file = tar.extractfile("manifest.json")
        assert file
        [manifest] = json.load(file)
    assert manifest["RepoTags"] == ["x/one:1", "x/two:1"]
