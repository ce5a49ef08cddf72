"""What was given as a kubeconfig is named as what it is, and what lies beside it is found."""

import base64
from pathlib import Path, PurePath
from typing import Any

import pytest
import yaml

from todo_ci.core import kubeconfig
from todo_ci.errors import InputError

TOKEN = "canary-token-4711"


def text(cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None) -> str:
    entry = {"cluster": "one", "user": "me"}
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "here",
            "contexts": [{"name": "here", "context": entry}],
            "clusters": [{"name": "one", "cluster": {"server": "https://a", **(cluster or {})}}],
            "users": [{"name": "me", "user": user or {"token": TOKEN}}],
        }
    )


@pytest.mark.parametrize(
    ("given", "what", "next_step"),
    [
        (base64.b64encode(text().encode()).decode(), "is base64", "base64 --decode"),
        (base64.encodebytes(text().encode()).decode(), "is base64", "base64 --decode"),
        (f"- {TOKEN}\n- b\n", "is a list", "the file that kubectl uses"),
        ("/home/you/.kube/config", "is a path", "file:PATH"),
        ("~/.kube/config\n", "is a path", "file:PATH"),
        (TOKEN, "is no YAML with clusters", "the file that kubectl uses"),
        ("a: [", "is no YAML with clusters", "the file that kubectl uses"),
        ("", "is no YAML with clusters", "the file that kubectl uses"),
        (f"kind: Secret\ndata: {{token: {TOKEN}}}", "of kind Secret", "the file that kubectl uses"),
        ("clusters: 7", "its clusters are no list", "the file that kubectl uses"),
        ("clusters: [{name: c, cluster: foo}]", "its clusters has no cluster", "kubectl uses"),
        (f"users: [{{name: me, user: {TOKEN}}}]", "its users has no user", "kubectl uses"),
        ("contexts: [here]", "its contexts has no context", "kubectl uses"),
        ("users: {me: {}}", "its users are no list", "the file that kubectl uses"),
    ],
)
def test_what_is_no_kubeconfig_is_named_as_what_it_is(
    given: str, what: str, next_step: str
) -> None:
    with pytest.raises(InputError) as refused:
        kubeconfig.anchored(given, None)
    assert what in refused.value.problem
    assert next_step in refused.value.next_step
    assert TOKEN not in refused.value.text()


def test_a_kubeconfig_is_read_as_yaml_or_json() -> None:
    config = yaml.safe_load(text())
    assert kubeconfig.read(text()) == config
    assert kubeconfig.current(config, "cluster") == {"server": "https://a"}
    assert kubeconfig.current(config, "user") == {"token": TOKEN}
    assert kubeconfig.current({"contexts": 7}, "user") == {}
    assert kubeconfig.read("users: [{name: me}]\nclusters: null")


def test_files_beside_it_are_named_by_their_whole_path() -> None:
    user = {"client-certificate": "/etc/me.crt", "client-key": "keys/me.key"}
    given = text({"certificate-authority": "ca.crt"}, user)
    found = kubeconfig.read(kubeconfig.anchored(given, PurePath("/home/you")))
    assert kubeconfig.current(found, "cluster")["certificate-authority"] == "/home/you/ca.crt"
    assert kubeconfig.current(found, "user") == {
        "client-certificate": "/etc/me.crt",
        "client-key": "/home/you/keys/me.key",
    }


@pytest.mark.parametrize(
    ("command", "found"), [("oci", "oci"), ("./bin/sign-in", "/home/you/bin/sign-in")]
)
def test_a_command_beside_it_is_found_too(command: str, found: str) -> None:
    given = text(user={"exec": {"command": command}})
    made = kubeconfig.read(kubeconfig.anchored(given, PurePath("/home/you")))
    assert kubeconfig.current(made, "user")["exec"]["command"] == found


def test_one_that_names_no_file_stays_as_it_is() -> None:
    assert kubeconfig.anchored(text(), Path("/home/you")) == text()
    kubeconfig.require_whole(kubeconfig.read(text()))


def test_files_beside_what_lies_nowhere_are_named_with_the_way_to_bring_them() -> None:
    with pytest.raises(InputError) as refused:
        kubeconfig.anchored(text({"certificate-authority": "ca.crt"}), None)
    assert "certificate-authority ca.crt" in refused.value.problem
    assert "--flatten" in refused.value.next_step


def test_a_command_beside_what_lies_nowhere_is_refused_with_another_way() -> None:
    with pytest.raises(InputError) as refused:
        kubeconfig.anchored(text(user={"exec": {"command": "./bin/sign-in"}}), None)
    assert "command ./bin/sign-in" in refused.value.problem
    assert "a token and no command" in refused.value.next_step
    elsewhere = text(user={"exec": {"command": "/usr/bin/sign-in"}})
    assert kubeconfig.anchored(elsewhere, None) == elsewhere


def test_whose_proof_comes_from_a_command_is_known() -> None:
    assert kubeconfig.runs_command(text(user={"exec": {"command": "oci"}}))
    assert not kubeconfig.runs_command(text())
