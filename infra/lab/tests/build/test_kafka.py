"""Kafka is made of the jars whose checksums are written down, and of no other."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from todo_lab import paths, versions
from todo_lab.build import kafka
from todo_lab.errors import LabError
from todo_lab.progress import Progress


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a source of one jar, fetched by a Maven of the test's own."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "pom.xml").write_text("<project/>")
    (folder / "kafka.sh").write_text("case x in\nkafka-topics.sh) class=x ;;\nesac\n")
    (folder / "jars.sha256").write_text(f"{hashlib.sha256(b'good').hexdigest()}  a.jar\n")
    monkeypatch.setattr(kafka, "_SOURCE", folder)
    for name in ("BINARIES", "BUILD_LOGS", "BUILD_LOCKS", "MAVEN_CACHE"):
        monkeypatch.setattr(paths, name, tmp_path / name)
    return folder


@pytest.fixture
def maven(stand_in: Callable[[str, str], None]) -> Callable[[str], None]:
    """Return a function that makes Maven do what a line of shell does with $out."""
    script = """
for word; do case $word in -DoutputDirectory=*) out=${word#*=} ;; esac; done
mkdir -p "$out" && """
    return lambda content: stand_in("mvn", script + content)


def fetched(tmp_path: Path) -> Path:
    return kafka.ensure(Progress(tmp_path / "times", (tmp_path / "shown").open("a"), heartbeat=0))


def test_jars_that_are_expected_are_taken(
    source: Path, tmp_path: Path, maven: Callable[[str], None]
):
    maven('printf good >"$out/a.jar"')
    folder = fetched(tmp_path)
    assert (folder / "libs" / "a.jar").read_text() == "good"
    assert (folder / "bin" / "kafka-topics.sh").read_text().startswith("case")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('printf evil >"$out/a.jar"', "a.jar has the SHA-256"),
        ('printf good >"$out/a.jar"; printf x >"$out/b.jar"', "b.jar is not in the list"),
        ("true", "a.jar is missing"),
        ("echo '[ERROR] no such artifact'; exit 1", "no such artifact"),
    ],
)
def test_other_jars_are_refused_and_nothing_of_them_stays(
    source: Path, tmp_path: Path, maven: Callable[[str], None], content: str, complaint: str
):
    maven(content)
    with pytest.raises(LabError, match=complaint):
        fetched(tmp_path)
    assert not kafka.folder().exists()


def test_the_list_names_every_jar_of_this_version():
    wanted = kafka.read_checksums((paths.TOOLS / "kafka" / "jars.sha256").read_text())
    assert f"kafka_2.13-{versions.KAFKA}.jar" in wanted
    assert f"<kafka.version>{versions.KAFKA}<" in (paths.TOOLS / "kafka" / "pom.xml").read_text()
    assert all(len(digest) == 64 for digest in wanted.values())
