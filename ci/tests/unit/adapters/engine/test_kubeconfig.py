"""A kubeconfig that names this machine, pointed at the service a container reaches it by."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import yaml

from todo_ci.adapters.engine import kubeconfig as relay
from todo_ci.errors import InputError

TOKEN = "canary-token-4711"


def kubeconfig(server: str = "https://127.0.0.1:6443", **cluster: Any) -> str:
    """Write one as kind does, with a second cluster that is not the current one."""
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "kind",
            "clusters": [
                {"name": "other", "cluster": {"server": "https://10.0.0.7:6443"}},
                {"name": "kind", "cluster": {"server": server, **cluster}},
            ],
            "contexts": [
                {"name": "other", "context": {"cluster": "other", "user": "me"}},
                {"name": "kind", "context": {"cluster": "kind", "user": "me"}},
            ],
            "users": [{"name": "me", "user": {"token": TOKEN}}],
        }
    )


def current(text: str) -> dict[str, Any]:
    return yaml.safe_load(text)["clusters"][1]["cluster"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.7.7.7", "[::1]"])
def test_a_cluster_on_this_machine_is_refused_with_the_flag_that_helps(host: str) -> None:
    with pytest.raises(InputError) as refused:
        relay.refuse_loopback(kubeconfig(f"https://{host}:6443"))
    assert f"https://{host}:6443" in refused.value.problem
    assert f"--api tcp://{host}:6443" in refused.value.next_step
    assert TOKEN not in refused.value.text()


@pytest.mark.parametrize(
    "text",
    [
        kubeconfig("https://10.255.0.1:6443"),
        kubeconfig("https://api.example.com"),
        kubeconfig("https://[2001:db8::1]:6443"),
        kubeconfig("https://api:port"),
        "clusters: []\ncontexts: []\ncurrent-context: kind",
    ],
)
def test_any_other_kubeconfig_is_left_to_the_look_before_a_deploy(text: str) -> None:
    relay.refuse_loopback(text)


@pytest.mark.parametrize(
    ("server", "here"),
    [
        ("https://0.0.0.0:6550", "tcp://127.0.0.1:6550"),
        ("https://[::]:6443", "tcp://127.0.0.1:6443"),
        ("https://[::1]:6443", "tcp://[::1]:6443"),
        ("https://127.0.0.1", "tcp://127.0.0.1:443"),
        ("https://k3d.localhost:6443", "tcp://k3d.localhost:6443"),
    ],
)
def test_an_address_of_the_whole_machine_is_hinted_as_one_that_can_be_reached(
    server: str, here: str
) -> None:
    with pytest.raises(InputError) as refused:
        relay.refuse_loopback(kubeconfig(server))
    assert f"--api {here}," in refused.value.next_step


@pytest.mark.parametrize("look", [relay.refuse_loopback, partial(relay.through, port=6443)])
def test_files_that_no_container_has_are_named_with_the_way_to_bring_them(
    look: Callable[[str], object],
) -> None:
    with pytest.raises(InputError) as refused:
        look(kubeconfig("https://10.0.0.1", **{"certificate-authority": "ca.crt"}))
    assert "certificate-authority ca.crt" in refused.value.problem
    assert "--flatten" in refused.value.next_step


def test_the_current_cluster_is_pointed_at_the_service_and_the_rest_stays() -> None:
    before, after = yaml.safe_load(kubeconfig()), yaml.safe_load(relay.through(kubeconfig(), 6443))
    assert after["clusters"][1]["cluster"] == {
        "server": "https://kubernetes-api:6443",
        "tls-server-name": "127.0.0.1",
    }
    after["clusters"][1] = before["clusters"][1]
    assert after == before


def test_the_port_is_the_services() -> None:
    assert current(relay.through(kubeconfig(), 7443))["server"] == "https://kubernetes-api:7443"


def test_a_path_of_the_server_stays() -> None:
    pointed = relay.through(kubeconfig("https://localhost/k8s/clusters/c-1"), 443)
    assert current(pointed)["server"] == "https://kubernetes-api:443/k8s/clusters/c-1"
    assert current(pointed)["tls-server-name"] == "localhost"


def test_a_certificate_name_that_is_given_stays() -> None:
    pointed = relay.through(kubeconfig(**{"tls-server-name": "10.255.0.1"}), 6443)
    assert current(pointed)["tls-server-name"] == "10.255.0.1"


@pytest.mark.parametrize("text", ["kind: Config", "clusters: []\ncurrent-context: kind"])
def test_what_names_no_cluster_is_passed_on(text: str) -> None:
    assert relay.through(text, 6443) == text
