"""A job of one environment of one repository gets in, with the pipeline's rights, for an hour.

Real parts: `oci` and its SDK, which exchange and sign; kubectl; the API server, which asks the
double about each token as OKE asks Oracle. GitHub and Oracle's domain are played, and refuse by the
rules of the trust that the script made.
"""

import base64
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from programs import tool

from api_server import ApiServer
from oracle import OKE, Oracle, Run

pytestmark = pytest.mark.lab

REPOSITORY = "somebody/todo"
MADE = ("Users", "Groups", "policies", "Apps", "IdentityPropagationTrusts")
TOKEN_URL = {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "right-to-ask"}
CACHE = Path(os.environ.get("TODO_LAB_CACHE") or Path.home() / ".cache/todo-lab")


@pytest.fixture(scope="module")
def beginning(servers: Oracle, server: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have a cluster at Oracle that is the API server; return its administrator's kubeconfig."""
    servers.control("reset")
    compartment = {"compartmentId": "ocid1.tenancy.oc1..tests", "name": "todo", "description": "-"}
    within = {"compartmentId": servers.control("create", ["compartments", compartment])["id"]}
    vcn = servers.control("create", ["vcns", within | {"cidrBlock": "10.0.0.0/16"}])["id"]
    details = {"name": "todo", "vcnId": vcn, "kubernetesVersion": "v1.34.1"}
    cluster = servers.control("create", ["clusters", within | details])["id"]
    authority = base64.b64encode(server.authority.read_bytes()).decode()
    kubeconfig = servers.control("kubeconfig")["text"].replace(
        'server: "https://192.0.2.1:6443"',
        f'server: "{server.url}", certificate-authority-data: {authority}',
    )
    servers.control("set", {"settled": True, "kubeconfig": kubeconfig})
    file = tmp_path_factory.mktemp("administrator") / "kubeconfig"
    done = servers.oci(
        "ce", "cluster", "create-kubeconfig", "--cluster-id", cluster, "--file", str(file),
        "--token-version", "2.0.0", "--kube-endpoint", "PUBLIC_ENDPOINT",
    )  # fmt: skip
    assert done.code == 0, done.err
    servers.control("keep", "beginning")
    return file


@pytest.fixture
def account(beginning: Path, oracle: Oracle) -> Path:
    oracle.control("restore", "beginning")
    return beginning


def environment(oracle: Oracle, kubeconfig: Path) -> dict[str, str]:
    """Return the administrator's, with `oci` and kubectl."""
    found = oracle.environment()
    path = f"{found['PATH'].split(':')[0]}:{Path(tool('kubectl')).parent}:/usr/bin:/bin"
    return found | {"PATH": path, "KUBECONFIG": str(kubeconfig), "HOME": str(kubeconfig.parent)}


def access(oracle: Oracle, kubeconfig: Path, *options: str) -> Run:
    process = start(oracle, kubeconfig, *options)
    out, err = process.communicate(timeout=200)
    return Run(process.returncode, out, err)


def start(oracle: Oracle, kubeconfig: Path, *options: str) -> "subprocess.Popen[str]":
    issuer = ("--issuer", f"{oracle.url}/github")
    repository = () if "--repository" in options else ("--repository", REPOSITORY)
    return subprocess.Popen(
        [OKE / "github-access.sh", *repository, *issuer, *options],
        env=environment(oracle, kubeconfig), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def settings(done: Run, kubeconfig: Path) -> dict[str, str]:
    """Return what the script's last lines would set at GitHub, as a job has it."""
    words = [line.split() for line in done.out.splitlines() if line.startswith("  gh ")]
    found = {it[3]: it[-1] for it in words if it[1] == "variable"}
    return found | {
        "OCI_CLIENT_SECRET": (kubeconfig.parent / ".oci/todo-github.secret").read_text()
    }


@pytest.fixture(scope="module")
def finished(beginning: Path, servers: Oracle) -> Run:
    servers.control("restore", "beginning")
    done = access(servers, beginning)
    servers.control("keep", "finished")
    return done


@pytest.fixture
def job(oracle: Oracle, finished: Run, beginning: Path) -> dict[str, str]:
    """Have both sides set up; return the environment of the workflow's job."""
    assert finished.code == 0, finished.err
    oracle.control("restore", "finished")
    path = f"{Path(tool('kubectl')).parent}:{os.environ['PATH']}"
    return settings(finished, beginning) | TOKEN_URL | {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{oracle.url}/github/token?version=2", "PATH": path,
        "HOME": str(beginning.parent), "TODO_LAB_CACHE": str(CACHE), "OCI_CLI_ENDPOINT": oracle.url,
    }  # fmt: skip


def kubeconfig_of(job: dict[str, str]) -> Run:
    done = subprocess.run(
        [OKE / "github-kubeconfig.sh"], env=job, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)


def test_each_thing_is_made_once_and_a_second_run_finds_it(oracle: Oracle, account: Path) -> None:
    plan = access(oracle, account, "--dry-run")
    assert (plan.code, plan.err) == (0, "")
    assert plan.out.count("would make  ") == len(MADE)
    assert oracle.changes() == []

    done = access(oracle, account)
    assert done.code == 0, done.err
    there = oracle.there()
    assert {kind: len(there[kind]) for kind in MADE} == dict.fromkeys(MADE, 1)
    (trust,) = there["IdentityPropagationTrusts"]
    (user,) = there["Users"]
    assert trust["impersonationServiceUsers"] == [
        {"rule": 'sub eq "repo:somebody/todo:environment:oke"', "value": user["id"]}
    ]
    assert trust["clientClaimValues"] == [oracle.url]
    secret = account.parent / ".oci/todo-github.secret"
    assert secret.stat().st_mode & 0o77 == 0
    assert secret.read_text() not in done.out + done.err

    changes = oracle.changes()
    again = access(oracle, account)
    assert again.code == 0, again.err
    assert again.out.count("there       ") == len(MADE)
    assert oracle.changes() == changes
    assert settings(again, account) == settings(done, account)


@pytest.mark.parametrize("changes", range(1, len(MADE) + 1))
def test_a_run_that_was_killed_is_finished_by_the_next(
    changes: int, oracle: Oracle, account: Path
) -> None:
    oracle.control("set", {"hold": changes - 1})
    process = start(oracle, account)
    while not oracle.control("held", 0.5):
        assert process.poll() is None, process.communicate()
    os.killpg(process.pid, signal.SIGKILL)
    oracle.control("release")
    assert process.wait() == -signal.SIGKILL
    process.communicate()
    done = access(oracle, account)
    assert done.code == 0, done.err
    there = oracle.there()
    assert {kind: len(there[kind]) for kind in MADE} == dict.fromkeys(MADE, 1)


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
    "another repository": ({"sub": "repo:other/todo:environment:oke"}, "No impersonation rule"),
    "another environment": (
        {"sub": "repo:somebody/todo:environment:test"}, "No impersonation rule",
    ),
    "a branch, not the environment": (
        {"sub": "repo:somebody/todo:ref:refs/heads/main"}, "No impersonation rule",
    ),
    "a name that begins alike": (
        {"sub": "repo:somebody/todo:environment:oke2"}, "No impersonation rule",
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
    assert f"sub {claims.get('sub', 'repo:somebody/todo:environment:oke')}" in done.err
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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--repository", "todo"), "is not OWNER/NAME"),
        (("--repository", 'a/b" or sub co "'), "is not a repository"),
        (("--environment", 'oke"'), "is not the name of an environment"),
        (("--domain", "Other"), "there is no identity domain 'Other'"),
        (("--colour", "red"), "there is no option '--colour'"),
    ],
)
def test_bad_input_changes_nothing(
    options: tuple[str, ...], said: str, oracle: Oracle, account: Path
) -> None:
    done = access(oracle, account, *options)
    assert done.code == 1
    assert said in done.err
    assert "next: " in done.err
    assert oracle.changes() == []


def test_a_trust_for_other_jobs_is_left_alone_and_named(
    job: dict[str, str], oracle: Oracle, beginning: Path
) -> None:
    done = access(oracle, beginning, "--repository", "somebody/other")
    assert done.code == 1
    assert 'is for other jobs: sub eq "repo:somebody/todo:environment:oke"' in done.err
    assert "--name" in done.err


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
