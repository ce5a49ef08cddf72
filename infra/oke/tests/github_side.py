"""Call the scripts of GitHub's access, as its administrator and as a workflow's job."""

import os
import shlex
import subprocess
from pathlib import Path

from programs import tool

from oracle import OKE, Oracle, Run

REPOSITORY = "somebody@11/todo@22"
USER = "urn:ietf:params:scim:schemas:oracle:idcs:extension:user:User"
TOKEN_URL = {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "right-to-ask"}
CACHE = Path(os.environ.get("TODO_LAB_CACHE") or Path.home() / ".cache/todo-lab")


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
    words = [shlex.split(line) for line in done.out.splitlines() if line.startswith("  gh ")]
    (access,) = (it[-1] for it in words if it[1] == "variable")
    # As .github/actions/kubeconfig takes it apart.
    names = ("OCI_CLUSTER", "OCI_REGION", "OCI_DOMAIN", "OCI_CLIENT")
    return dict(zip(names, access.split(), strict=True)) | {
        "OCI_CLIENT_SECRET": (kubeconfig.parent / ".oci/todo-github.secret").read_text()
    }


def kubeconfig_of(job: dict[str, str]) -> Run:
    done = subprocess.run(
        [OKE / "github-kubeconfig.sh"], env=job, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)
