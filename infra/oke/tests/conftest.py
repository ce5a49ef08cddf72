"""The real `oci` against a double of Oracle's API; an API server and an authority that are real."""

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "helm/tests")]

from programs import tool

import acme
import api_server
import gateway_script
from acme import Authority
from api_server import ApiServer
from gateway_script import Ports
from github_side import CACHE, TOKEN_URL, access, settings
from oracle import Oracle, Run

DOUBLE = Path(__file__).parent / "double"


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    found = shutil.which("oci")
    if not found:
        pytest.fail("no oci on PATH; next: . infra/scripts/toolchain.sh && need_oci")
    home = tmp_path_factory.mktemp("oci")
    python = Path(found).resolve().read_text().splitlines()[0].removeprefix("#!")
    started: list[subprocess.Popen[str]] = []
    try:
        # A short path: a Unix socket's may have 107 characters at most.
        for program in (["api.py"], ["cli.py", "cli"]):
            command = [python, DOUBLE / program[0], *program[1:]]
            started.append(
                subprocess.Popen(
                    command,
                    cwd=home,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=os.environ | {"HOME": str(home)},
                )
            )
        port, ready = (process.stdout.readline().strip() for process in started if process.stdout)
        assert port
        assert ready == "ready"
        _configure(home)
        yield Oracle(f"http://127.0.0.1:{port}", home, str(Path(found).parent))
    finally:
        for process in started:
            process.terminate()
            process.wait()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, servers: Oracle) -> Iterator[ApiServer]:
    folder = tmp_path_factory.mktemp("kubernetes")
    with api_server.running(folder, f"{servers.url}/authenticate") as running:
        yield running


@pytest.fixture(scope="session")
def ports() -> Ports:
    return Ports.free()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory, ports: Ports) -> Iterator[Authority]:
    with acme.running(tmp_path_factory.mktemp("authority"), ports.https) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, ports: Ports, authority: Authority) -> Path:
    """Make a home whose curl takes this machine for the gateway."""
    gateway_script.curl_settings(tmp_path, ports, authority.root)
    return tmp_path


@pytest.fixture
def cluster(server: ApiServer) -> Iterator[ApiServer]:
    """Give the API server, with nothing of Dapr or the gateway that a test could trip over."""
    yield server
    kinds = "deployments,statefulsets,secrets,configmaps,services,ingresses,endpointslices"
    for namespace in ("dapr-system", "traefik"):
        if server.kubectl("get", "namespace", namespace, "--ignore-not-found", "-o", "name"):
            server.kubectl("--namespace", namespace, "delete", kinds, "--all", "--wait=false")
    hook = "mutatingwebhookconfiguration/dapr-sidecar-injector"
    server.kubectl("delete", hook, "--ignore-not-found")


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


@pytest.fixture
def oracle(servers: Oracle) -> Oracle:
    """Give the double, with nothing in it."""
    servers.control("reset")
    return servers


def _configure(home: Path) -> None:
    key = home / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    config = home / "config"
    config.write_text(
        "[DEFAULT]\n"
        "user=ocid1.user.oc1..tests\n"
        f"fingerprint={':'.join(['aa'] * 16)}\n"
        f"key_file={key}\n"
        "tenancy=ocid1.tenancy.oc1..tests\n"
        "region=eu-frankfurt-1\n"
    )
    for file in (key, config):
        file.chmod(0o600)
    programs = home / "programs"
    programs.mkdir()
    shim = programs / "oci"
    shim.write_text(_shim(str(home / "cli")))
    shim.chmod(0o755)


def _shim(path: str) -> str:
    source = (DOUBLE / "cli.py").read_text()
    text = source.split('SHIM = """\\\n')[1].split('"""')[0]
    return text.format(python=shutil.which("python3"), path=path)
