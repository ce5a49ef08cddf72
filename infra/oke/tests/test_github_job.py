"""A job of one environment of one repository gets in, with the pipeline's rights, for an hour.

Real parts: `oci` and its SDK, which exchange and sign; kubectl; the API server, which asks the
double about each token as OKE asks Oracle. GitHub and Oracle's domain are played, and refuse by the
rules of the trust that github-access.sh made.
"""

import base64
import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from programs import tool

from api_server import ApiServer
from github_side import kubeconfig_of
from oracle import Oracle

pytestmark = pytest.mark.lab


def test_a_job_has_the_pipelines_rights_for_an_hour(
    job: dict[str, str], server: ApiServer, oracle: Oracle, tmp_path: Path
) -> None:
    done = kubeconfig_of(job)
    assert done.code == 0, done.err
    assert "its token ends on 20" in done.err
    for secret in (job["OCI_CLIENT_SECRET"], job["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]):
        assert secret not in done.out + done.err
    file = tmp_path / "of-the-job"
    file.write_text(done.out)

    def may(*what: str) -> str:
        asked = [tool("kubectl"), "--kubeconfig", file, "auth", "can-i", *what]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()

    assert may("create", "deployments.apps", "--namespace", "todo") == "yes"
    assert may("get", "secrets", "--namespace", "kube-system") == "no"
    assert may("create", "serviceaccounts/pipeline", "--subresource=token", "-n", "todo") == "no"
    token = done.out.split('token: "')[1].split('"')[0]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["sub"] == "system:serviceaccount:todo:pipeline"


def test_the_session_itself_may_only_ask_for_that_token(
    job: dict[str, str], server: ApiServer, oracle: Oracle
) -> None:
    (user,) = oracle.there()["Users"]
    listed = server.kubectl("auth", "can-i", "--list", "--as", user["ocid"], "-n", "todo")
    rows = [line.split() for line in listed.splitlines()[1:]]
    own = [row for row in rows if not row[0].startswith(("self", "[/"))]
    assert own == [["serviceaccounts/token", "[]", "[pipeline]", "[create]"]]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another repository": (
        {"sub": "repo:other@12/todo@22:environment:oke"}, "No impersonation rule",
    ),
    "the name of an owner who left": (
        {"sub": "repo:somebody@99/todo@22:environment:oke"}, "No impersonation rule",
    ),
    "the names alone": ({"sub": "repo:somebody/todo:environment:oke"}, "No impersonation rule"),
    "another environment": (
        {"sub": "repo:somebody@11/todo@22:environment:test"}, "No impersonation rule",
    ),
    "a branch, not the environment": (
        {"sub": "repo:somebody@11/todo@22:ref:refs/heads/main"}, "No impersonation rule",
    ),
    "a name that begins alike": (
        {"sub": "repo:somebody@11/todo@22:environment:oke2"}, "No impersonation rule",
    ),
    "expired": ({"exp": -60}, "Signature has expired"),
    "made out to somebody else": ({"aud": "https://github.com/somebody"}, "Audience doesn't match"),
    "a clock that is ahead": ({"iat": 900, "nbf": 900, "exp": 1200}, "not yet valid"),
    "signed by another": ({"foreign": True}, "Signature verification failed"),
    "of another issuer": ({"iss": "https://example.org"}, "No trust is configured"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_job_that_does_not_fit_is_refused_with_what_it_said(
    case: str, job: dict[str, str], oracle: Oracle
) -> None:
    claims, reason = REFUSED[case]
    oracle.control("set", {"claims": claims})
    done = kubeconfig_of(job)
    assert (done.code, done.out) == (1, ""), done.err
    assert "Oracle gives no session for this job: 400" in done.err
    assert reason in done.err
    assert f"sub {claims.get('sub', 'repo:somebody@11/todo@22:environment:oke')}" in done.err
    assert "next: infra/oke/github-access.sh --repository" in done.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"OCI_CLIENT_SECRET": "wrong"}, "401 Client authentication failed"),
        ({"OCI_CLIENT": ""}, "OCI_CLIENT is not set"),
        ({"OCI_DOMAIN": "http://idcs.example.org"}, "is not an https address"),
        ({"OCI_CLUSTER": "ocid1.cluster.oc1..gone"}, "does not show the cluster"),
        ({"ACTIONS_ID_TOKEN_REQUEST_TOKEN": ""}, "id-token: write"),
        ({"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "other"}, "GitHub gives no token"),
    ],
    ids=lambda it: next(iter(it)) if isinstance(it, dict) else "",
)
def test_what_lacks_is_named_with_the_next_command(
    change: dict[str, str], said: str, job: dict[str, str]
) -> None:
    done = kubeconfig_of(job | change)
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert "next: " in done.err
    assert "wrong" not in done.err.replace(said, "")


def test_an_oracle_that_does_not_answer_is_named(job: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        audience = {"OCI_DOMAIN": f"http://127.0.0.1:{port}", "OCI_SECONDS": "8"}
        done = kubeconfig_of(job | audience)
    assert (done.code, done.out) == (1, "")
    assert f"no answer from http://127.0.0.1:{port} in 8 seconds" in done.err


def test_the_cluster_refuses_a_token_that_was_changed(job: dict[str, str], oracle: Oracle) -> None:
    made = oracle.oci(
        "ce", "cluster", "generate-token", "--cluster-id", job["OCI_CLUSTER"],
        "--region", job["OCI_REGION"],
    )  # fmt: skip
    token = json.loads(made.out)["status"]["token"]
    url = base64.urlsafe_b64decode(token).decode()
    old = url.replace("GMT", "UTC")
    other = url.replace(job["OCI_CLUSTER"], "ocid1.cluster.oc1..other")
    assert old != url != other
    for text, fits in ((url, True), (old, False), (other, False), ("no address", False)):
        asked = {"spec": {"token": base64.urlsafe_b64encode(text.encode()).decode()}}
        assert oracle.review(asked)["status"]["authenticated"] is fits, text
