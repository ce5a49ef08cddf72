"""Fetch Kafka from Maven, once, and take no jar but those whose checksums are written down."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from todo_lab import file_locks, paths, versions
from todo_lab.build import oci
from todo_lab.build.cache_keys import tree_key
from todo_lab.errors import LabError
from todo_lab.progress import Progress

_COPY = (
    "org.apache.maven.plugins:maven-dependency-plugin:"
    f"{versions.MAVEN_DEPENDENCY_PLUGIN}:copy-dependencies"
)
_SOURCE = paths.TOOLS / "kafka"
_PROGRAM = re.compile(r"^(kafka-[a-z-]+\.sh)\)", re.MULTILINE)


def folder() -> Path:
    """Return the folder that holds `bin` and `libs` once Kafka is fetched."""
    return paths.BINARIES / f"kafka-{tree_key(_SOURCE)}"


def ensure(progress: Progress) -> Path:
    """Return the folder of Kafka's programs, fetching it only when the cache has none.

    Raises:
        LabError: Maven is missing or fails, or a jar is not the one that was expected.
    """
    target = folder()
    if not target.is_dir():
        with file_locks.hold(
            paths.BUILD_LOCKS / "kafka.lock",
            lambda: progress.say("Kafka: waiting for another command that fetches it"),
        ):
            if not target.is_dir():
                with progress.step(f"Kafka {versions.KAFKA} from Maven"):
                    _fetch(target)
    return target


def _fetch(target: Path) -> None:
    """Fetch into a draft folder and rename it: a folder in the cache is always whole."""
    draft = target.with_name(target.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "bin").mkdir(parents=True)
    _maven(draft / "libs", paths.BUILD_LOGS / "kafka.log")
    found = {jar.name: oci.sha256(jar) for jar in (draft / "libs").iterdir()}
    if wrong := differences(read_checksums((_SOURCE / "jars.sha256").read_text()), found):
        raise LabError(
            "Maven brought other jars than jars.sha256 names:\n" + "\n".join(wrong),
            f"rm -r {paths.MAVEN_CACHE} and the same command again",
        )
    script = _SOURCE / "kafka.sh"
    shutil.copy(script, draft / "bin" / "kafka.sh")
    for program in _PROGRAM.findall(script.read_text()):
        (draft / "bin" / program).symlink_to("kafka.sh")
    draft.rename(target)


def read_checksums(text: str) -> dict[str, str]:
    """Return file name to SHA-256 of a list as sha256sum writes it."""
    rows = (line.split() for line in text.splitlines() if line)
    return {name: digest for digest, name in rows}


def differences(wanted: dict[str, str], found: dict[str, str]) -> list[str]:
    """Return one line for each jar that lacks, is not expected or has another content."""
    lines = [f"{name} is missing" for name in sorted(wanted.keys() - found.keys())]
    lines += [f"{name} is not in the list" for name in sorted(found.keys() - wanted.keys())]
    lines += [
        f"{name} has the SHA-256 {found[name]}, not {wanted[name]}"
        for name in sorted(wanted.keys() & found.keys())
        if wanted[name] != found[name]
    ]
    return lines


def _maven(libs: Path, log: Path) -> None:
    argv = [
        "mvn",
        "--batch-mode",
        f"--file={_SOURCE / 'pom.xml'}",
        f"-Dmaven.repo.local={paths.MAVEN_CACHE}",
        _COPY,
        f"-DoutputDirectory={libs}",
        "-DincludeScope=runtime",
    ]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, env=os.environ, cwd="/")
    except FileNotFoundError:
        raise LabError("cannot find 'mvn'", "./do lab packages maven") from None
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(f"$ {' '.join(argv)}\n{done.stdout}{done.stderr}")
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if line.startswith("[ERROR]")]
        raise LabError(
            f"Maven could not fetch Kafka (all of it: {log}):\n" + "\n".join(errors[:4]),
            "run the same command again: it goes on where it stopped",
        )
