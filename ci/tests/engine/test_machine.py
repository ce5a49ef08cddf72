"""What the engine's containers and the caller's own machine see of each other."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

from engines import require_engine
from tcp_proxies import TcpProxy

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]
LAB = Path("/var/lib/todo-lab/pipeline.kubeconfig")


@pytest.fixture(autouse=True)
def engine() -> None:
    require_engine()


def status(*argv: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["dagger", "--progress=plain", "call", "status", "--env=local", *argv, "table"],
        cwd=ROOT, env={**os.environ, "NO_COLOR": "1"},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip


@pytest.mark.lab
def test_a_cluster_on_127_0_0_1_is_reached_through_the_api_service(tmp_path: Path) -> None:
    if not LAB.exists():
        pytest.skip("the lab is not up; next: ./do lab up")
    config = yaml.safe_load(LAB.read_text())
    cluster = config["clusters"][0]["cluster"]
    host, _, port = cluster["server"].removeprefix("https://").partition(":")
    with TcpProxy(host, int(port)).running() as proxy:
        here = proxy.port
        cluster["server"] = f"https://127.0.0.1:{here}"
        kubeconfig = tmp_path / "kubeconfig"
        kubeconfig.write_text(yaml.safe_dump(config))
        refused = status(f"--kubeconfig=file://{kubeconfig}")
        assert refused.returncode != 0
        assert f"add --api tcp://127.0.0.1:{here}" in refused.stderr
        reached = status(f"--kubeconfig=file://{kubeconfig}", f"--api=tcp://127.0.0.1:{here}")
    assert reached.returncode == 0, reached.stderr
    assert reached.stdout.startswith("todo-app on local")


def test_a_broken_chart_turns_dagger_check_red(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    broken = clone / "infra/helm/todo-app/templates/broken.yaml"
    broken.write_text('{{ fail "canary" }}\n')
    done = subprocess.run(
        ["dagger", "--progress=plain", "check", "chart"], cwd=clone,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode != 0
    assert "canary" in done.stdout + done.stderr


def test_up_serves_the_app_on_this_machine() -> None:
    port = free_port()
    process = subprocess.Popen(
        ["dagger", "--progress=plain", "call", "up", "up", f"--ports={port}:3000"],
        cwd=ROOT, env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert '"status":"ok"' in answer(f"http://127.0.0.1:{port}/api/health", process)
        assert "<html" in answer(f"http://127.0.0.1:{port}/", process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answer(url: str, process: "subprocess.Popen[bytes]", seconds: float = 600) -> str:
    """Return what an address answers once it is served: the images may have to be built."""
    end = time.monotonic() + seconds
    while True:
        assert process.poll() is None, f"dagger ended with {process.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return response.read().decode()
        except OSError:
            assert time.monotonic() < end, f"{url} never answered"
            time.sleep(1)
