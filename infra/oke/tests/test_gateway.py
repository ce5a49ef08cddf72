"""gateway.sh brings a gateway with a trusted certificate before any release, or says what lacks.

Real parts: the API server that takes its objects, the Traefik that they describe, and an authority
that asks for proof. Only what Oracle does is played: the balancer's address, and where pods are.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from rendering import REPOSITORY

import gateway_script
from acme import Authority
from api_server import ApiServer
from gateway_script import (  # fmt: skip
    ADDRESS,
    HOST,
    NAMED,
    NAMESPACE,
    Ports,
    gateway,
    make_healthy,
    run,
    set_status,
)


@pytest.mark.lab
def test_a_plan_says_what_would_be_done_and_changes_nothing(
    cluster: ApiServer, home: Path, authority: Authority
) -> None:
    named = ("get", "namespaces,clusterroles,ingressclasses", "-o", "name")
    before = cluster.kubectl(*named)
    done = gateway(cluster, home, authority, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "in namespace traefik; there now: nothing" in done.stdout
    assert f"a network load balancer at {ADDRESS}" in done.stdout
    assert f"https://{HOST}/ping" in done.stdout
    assert "nothing was changed" in done.stdout
    assert cluster.kubectl(*named) == before


@pytest.mark.lab
def test_each_part_that_is_not_there_yet_is_named_with_what_to_do(
    cluster: ApiServer, home: Path, authority: Authority
) -> None:
    done = gateway(cluster, home, authority)
    assert done.returncode == 1
    assert "Traefik does not run\nnext: kubectl -n traefik describe pods" in done.stderr
    make_healthy(cluster)
    set_status(cluster, "service/traefik", {"loadBalancer": {"ingress": None}})
    done = gateway(cluster, home, authority)
    assert "has no address yet\nnext: kubectl -n traefik describe service traefik" in done.stderr
    make_healthy(cluster, "192.0.2.7")
    done = gateway(cluster, home, authority)
    assert f"the gateway is at 192.0.2.7, not at {ADDRESS}" in done.stderr
    assert "next: kubectl -n traefik delete service traefik" in done.stderr
    make_healthy(cluster)
    done = gateway(cluster, home, authority)
    assert f"the gateway's address is {ADDRESS}" in done.stdout
    assert f"https://{HOST} does not answer" in done.stderr
    (home / ".curlrc").unlink()
    done = gateway(cluster, home, authority)
    assert f"the name {HOST} does not exist\nnext: at its registrar: an A record" in done.stderr


@pytest.mark.lab
def test_a_certificate_is_there_before_any_release(
    cluster: ApiServer, home: Path, ports: Ports, authority: Authority, tmp_path: Path
) -> None:
    with gateway_script.certified(cluster, home, tmp_path, ports, authority) as done:
        assert f"https://{HOST} answers with a certificate that is trusted" in done.stdout
        assert f"todo-ci deploy --env oke --url https://{HOST}" in done.stdout
        check = ("--host", HOST, "--check")
        asked = run(*check, home=home, kubeconfig=cluster.kubeconfig)
        assert asked.returncode == 0, asked.stderr

        # People's programs do not trust whom they have not heard of.
        gateway_script.curl_settings(home, ports, None)
        asked = run(*check, home=home, kubeconfig=cluster.kubeconfig)
        assert asked.returncode == 1
        assert f"https://{HOST} has no certificate that is trusted" in asked.stderr

        # The name leads to somebody else.
        gateway_script.curl_settings(home, ports, authority.root)
        make_healthy(cluster, "192.0.2.7")
        asked = run(*check, home=home, kubeconfig=cluster.kubeconfig)
        assert f"{HOST} leads to 127.0.0.1, the gateway is at 192.0.2.7" in asked.stderr
    saved = tmp_path / "acme.json"
    assert json.loads(saved.read_text())["acme"]["Certificates"][0]["domain"]["main"] == HOST


@pytest.mark.lab
def test_its_pod_is_taken_by_a_restricted_namespace(
    cluster: ApiServer, home: Path, authority: Authority
) -> None:
    gateway(cluster, home, authority)
    found = json.loads(cluster.kubectl(*NAMESPACE, "get", "deployment", "traefik", "-o", "json"))
    namespace = json.loads(cluster.kubectl("get", "namespace", "traefik", "-o", "json"))
    labels = namespace["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "traefik"},
        "spec": found["spec"]["template"]["spec"],
    }  # fmt: skip
    create = (*NAMESPACE, "create", "--dry-run=server", "-f", "-")
    cluster.kubectl(*create, stdin=json.dumps(pod))
    pod["spec"]["securityContext"]["runAsNonRoot"] = False
    with pytest.raises(AssertionError, match="violates PodSecurity"):
        cluster.kubectl(*create, stdin=json.dumps(pod))


@pytest.mark.lab
def test_somebody_without_the_rights_is_told_which(
    cluster: ApiServer, home: Path, authority: Authority
) -> None:
    given = (*NAMED, "--authority", authority.directory)
    done = run(*given, home=home, kubeconfig=cluster.stranger)
    assert done.returncode == 1
    assert "forbidden" in done.stderr
    assert "next: kubectl config use-context <an administrator" in done.stderr


def described(kind: str, name: str) -> dict[str, Any]:
    """Return one of the gateway's objects as its file has it."""
    listed = yaml.safe_load_all((REPOSITORY / "infra/oke/gateway.yaml").read_text())
    (found,) = (o for o in listed if (o["kind"], o["metadata"]["name"]) == (kind, name))
    return found


def test_the_node_has_room_for_what_is_asked_for() -> None:
    """infra/helm/tests adds up the node's figures."""
    node = yaml.safe_load((REPOSITORY / "infra/helm/tests/oke-node.yaml").read_text())
    (wanted,) = (item for item in node["running"] if item["name"] == "traefik")
    (container,) = described("Deployment", "traefik")["spec"]["template"]["spec"]["containers"]
    asked = container["resources"]["requests"]
    assert asked == {key: wanted[key] for key in ("cpu", "memory")}


def test_only_the_balancers_own_network_may_say_whom_it_speaks_for() -> None:
    network = (REPOSITORY / "infra/oke/lib/network.sh").read_text()
    (balancer,) = re.findall(r"^BALANCER_NET=(\S+)$", network, re.MULTILINE)
    (container,) = described("Deployment", "traefik")["spec"]["template"]["spec"]["containers"]
    trusted = [a for a in container["args"] if ".proxyProtocol.trustedIPs=" in a]
    assert {argument.partition("=")[2] for argument in trusted} == {balancer}
    assert len(trusted) == 2
    # Nobody between the two may put another address in the balancer's place.
    assert described("Service", "traefik")["spec"]["externalTrafficPolicy"] == "Local"


def test_its_balancer_is_the_free_one_at_the_reserved_address_and_says_whom_it_speaks_for() -> None:
    service = described("Service", "traefik")
    set_ = service["metadata"]["annotations"]
    assert set_["oci.oraclecloud.com/load-balancer-type"] == "nlb"
    of_network = "oci-network-load-balancer.oraclecloud.com"
    assert set_[f"{of_network}/is-ppv2-enabled"] == "true"
    assert set_[f"{of_network}/is-preserve-source"] == "false"
    assert service["spec"]["loadBalancerIP"] == "${address}"


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--host", "https://todo.example.com", "is not a name in small letters without scheme"),
        ("--host", "todo", "is not a name"),
        ("--host", "todo.example.com|x", "is not a name"),
        ("--email", "me", "is not an address such as me@example.com"),
        ("--email", "a@b.c\nx", "is not an address such as me@example.com"),
        ("--address", "todo.example.com", "infra/oke/cluster-setup.sh prints the reserved one"),
        ("--authority", "http://127.0.0.1/dir", "is not the https address of an ACME directory"),
        ("--timeout", "5m", "is not a whole number of seconds"),
        ("--dryrun", "", "there is no option '--dryrun'"),
    ],
)
def test_a_wrong_argument_is_refused_before_the_cluster_is_asked(
    tmp_path: Path, option: str, value: str, says: str
) -> None:
    done = subprocess.run(
        [gateway_script.SCRIPT, *NAMED, option, value],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert says in done.stderr
    assert "next: infra/oke/" in done.stderr
