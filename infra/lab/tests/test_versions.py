"""Versions are written down once, where Renovate raises them, and are those that are built."""

import json
import re
from pathlib import Path

from todo_lab import paths, versions


def required(module: str) -> dict[str, str]:
    text = (paths.TOOLS / module / "go.mod").read_text()
    return dict(re.findall(r"^(?:require)?\s*(\S+\.\S+) v(\S+)$", text, re.MULTILINE))


def test_the_versions_that_are_named_are_the_ones_that_are_built():
    kube, traefik = required("kube"), required("traefik")
    assert kube["k8s.io/kubernetes"] == versions.KUBERNETES
    assert kube["helm.sh/helm/v4"] == versions.HELM
    assert kube["github.com/coredns/coredns"] == versions.COREDNS
    assert traefik["github.com/traefik/traefik/v3"] == versions.TRAEFIK
    assert required("cosign")["github.com/sigstore/cosign/v3"] == versions.COSIGN
    assert required("dapr")["github.com/dapr/dapr"] == versions.DAPR
    assert paths.COREDNS_IMAGE.endswith(f":{versions.COREDNS}")
    assert paths.TRAEFIK_IMAGE.endswith(f":{versions.TRAEFIK}")


def test_every_part_of_kubernetes_is_of_its_version():
    text = (paths.TOOLS / "kube" / "go.mod").read_text()
    parts = re.findall(r"^\tk8s\.io/(\S+) => k8s\.io/\1 (v\S+)$", text, re.MULTILINE)
    assert len(parts) > 30
    minor = versions.KUBERNETES.partition(".")[2]
    assert {version for _, version in parts} == {f"v0.{minor}"}


def test_renovate_finds_every_version():
    settings = json.loads((paths.LAB.parents[1] / "renovate.json").read_text())
    [pattern] = settings["customManagers"][0]["matchStrings"]
    text = Path(versions.__file__).read_text()
    found = list(re.finditer(pattern.replace("(?<", "(?P<"), text))  # Python's names of groups
    named = {name: value for name, value in vars(versions).items() if name.isupper()}
    assert [match["currentValue"] for match in found] == list(named.values())
    for match in found:  # Go's versions begin with a v, which the constants lack
        assert (match["extractVersion"] is not None) == (match["datasource"] == "go"), match[0]
