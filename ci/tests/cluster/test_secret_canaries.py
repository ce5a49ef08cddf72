"""The promise: a secret reaches the cluster and nothing else."""

import base64
import json
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import lab
import pytest
import releases
import secret_leaks
import yaml

pytestmark = pytest.mark.lab

TEMPORARY = [Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")]
# The cluster's own run directory holds what its pods were given, as it must.
RUN = [folder for folder in Path("/run").iterdir() if folder.name != "todo-lab"]
WHERE_FILES_ARE_LEFT = [*TEMPORARY, *RUN, lab.ROOT, Path.home()]


def made(secret: str, key: str) -> str:
    """Read what the pipeline made inside the cluster; it is nowhere else to be read."""
    path = f"jsonpath={{.data.{key}}}"
    text = lab.admin("kubectl", "-n", lab.NAMESPACE, "get", f"secret/{secret}", "-o", path)
    return base64.b64decode(text).decode()


@pytest.fixture(scope="module")
def secrets(images: str) -> dict[str, str]:
    kubeconfig = yaml.safe_load((lab.STATE / "pipeline.kubeconfig").read_text())
    database = urlsplit((lab.STATE / "database-url").read_text().strip())
    return {
        "kubeconfig": kubeconfig["users"][0]["user"]["token"],
        "registry-password": (lab.STATE / "registry-password").read_text().strip(),
        "database-url": database.password or "",
        "better-auth-secret": (lab.STATE / "better-auth-secret").read_text().strip(),
        "kafka-password": (lab.STATE / "kafka-password").read_text().strip(),
        "dapr-app-token": made("dapr-app-token", "token"),
        "smoke-user": made("smoke-user", "password"),
    }


def test_a_whole_deploy_leaves_no_secret_behind(
    images: str, secrets: dict[str, str], tmp_path: Path
) -> None:
    # What serves already would be verified alone.
    lab.uninstall()
    started = time.time()
    with secret_leaks.ProcessList(secrets) as processes:
        runs = [
            lab.todo_ci("secrets", "--env", "local"),
            lab.todo_ci("deploy", "--env", "local", timeout=900),
            lab.todo_ci("verify", "--env", "local"),
        ]
    for run in runs:
        assert run.exit_code == 0, run.text
        assert secret_leaks.seen(run.text.encode(), secrets) == set()
    assert processes.samples > 20
    assert processes.found == set()
    releases.remember(images)
    assert secret_leaks.in_files(WHERE_FILES_ARE_LEFT, started, secrets, patience=300) == []
    assert secret_leaks.seen((lab.STATE / "audit.log").read_bytes(), secrets) == set()
    assert secret_leaks.in_releases(secrets) == []
    assert secret_leaks.in_logs(secrets) == []
    for name, reference in json.loads(images).items():
        if name in ("backend", "frontend"):
            folder = tmp_path / name
            folder.mkdir()
            layout = secret_leaks.pull(reference, secrets["registry-password"], folder)
            assert secret_leaks.in_image(layout, secrets) == []


def test_a_value_of_the_chart_is_found_in_helms_record_and_a_word_of_a_log_in_the_logs(
    images: str, secrets: dict[str, str]
) -> None:
    """The finders look where a secret would be: what must be there is seen."""
    backend = json.loads(images)["backend"].rpartition(":")[2]
    assert secret_leaks.in_releases({"digest": backend})
    assert secret_leaks.in_logs({"message": "listening for activity"})


def test_a_secret_that_slips_out_is_found(tmp_path: Path) -> None:
    secret = {"password": "canary-4f1d-canary-77"}
    value = secret["password"]
    with secret_leaks.ProcessList(secret) as processes:
        subprocess.run(["sh", "-c", "sleep 0.5", value], check=True)
    assert processes.found
    (tmp_path / "left").write_text(f"password: {value}")
    for patience in (0, 2):
        left = secret_leaks.in_files([tmp_path], 0, secret, patience)
        assert left == [f"{tmp_path}/left: password"]
    encoded = subprocess.run(["base64"], input=f"todo:{value}".encode(), capture_output=True)
    assert secret_leaks.seen(encoded.stdout, secret) == {"password in base64"}
    blobs = tmp_path / "layout/blobs/sha256"
    blobs.mkdir(parents=True)
    for number in range(3):
        (blobs / f"{number}").write_bytes(secret_leaks.gzip.compress(f"{number} {value}".encode()))
    assert len(secret_leaks.in_image(tmp_path / "layout", secret)) == 3
