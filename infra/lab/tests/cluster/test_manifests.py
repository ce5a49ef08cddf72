"""The cluster's own objects are whole, and the pipeline's Role holds no more than it needs."""

from typing import Any

import pytest
import yaml

from todo_lab import paths
from todo_lab.cluster import manifests

FILES = ["coredns.yaml", "traefik.yaml", "gateway.yaml"]


def objects(text: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(text))


@pytest.mark.parametrize("name", FILES)
def test_every_placeholder_has_a_value(name: str):
    rendered = manifests.render(name)
    assert "${" not in rendered
    assert all(found["kind"] for found in objects(rendered))


def test_a_placeholder_without_a_value_is_an_error(tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paths, "MANIFESTS", tmp_path)
    (tmp_path / "x.yaml").write_text("kind: ${unknown}\n")
    with pytest.raises(KeyError, match="unknown"):
        manifests.render("x.yaml")


@pytest.mark.parametrize("name", FILES)
def test_images_are_imported_never_pulled(name: str):
    for found in objects(manifests.render(name)):
        if found["kind"] == "Deployment":
            for container in found["spec"]["template"]["spec"]["containers"]:
                assert container["image"].startswith("localhost/")
                assert container["imagePullPolicy"] == "Never"


def test_names_outside_the_cluster_are_forwarded_or_denied_at_once():
    assert manifests.outside_names(["192.0.2.1", "192.0.2.2"]) == "forward . 192.0.2.1 192.0.2.2"
    assert "NXDOMAIN" in manifests.outside_names([])


def test_the_gateway_listens_where_traefik_does():
    (gateway,) = (o for o in objects(manifests.render("gateway.yaml")) if o["kind"] == "Gateway")
    (traefik,) = (o for o in objects(manifests.render("traefik.yaml")) if o["kind"] == "Deployment")
    (container,) = traefik["spec"]["template"]["spec"]["containers"]
    port = gateway["spec"]["listeners"][0]["port"]
    assert f"--entryPoints.web.address=0.0.0.0:{port}" in container["args"]


def pipeline_objects() -> list[dict[str, Any]]:
    return objects(manifests.PIPELINE_RBAC.read_text())


def grants() -> set[tuple[str, str]]:
    (role,) = (found for found in pipeline_objects() if found["kind"] == "Role")
    return {
        (resource, verb)
        for rule in role["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def test_the_pipeline_has_rights_in_one_namespace_only():
    kinds = {found["kind"] for found in pipeline_objects()}
    assert kinds == {"Namespace", "ServiceAccount", "Role", "RoleBinding"}
    namespaces = {o["metadata"].get("namespace", o["metadata"]["name"]) for o in pipeline_objects()}
    assert namespaces == {paths.NAMESPACE}


def test_the_pipeline_can_neither_enter_pods_nor_become_somebody_else():
    held = grants()
    assert not {verb for _, verb in held} & {"*", "escalate", "bind", "impersonate"}
    assert not {resource for resource, _ in held} & {"*", "pods/exec", "pods/attach", "nodes"}
    assert ("serviceaccounts/token", "create") not in held


@pytest.mark.parametrize(
    ("resource", "verb"),
    [
        ("deployments", "patch"),
        ("secrets", "create"),
        ("leases", "update"),
        ("pods/log", "get"),
        ("pods/proxy", "get"),
        ("httproutes", "create"),
        ("jobs", "delete"),
        ("events", "list"),
    ],
)
def test_the_pipeline_can_release_and_watch(resource: str, verb: str):
    assert (resource, verb) in grants()
