"""The operator's command, as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from io import BytesIO, TextIOWrapper
from pathlib import Path

import httpx
import pytest

from cli.main import main
from migrations.runner import upgrade

BACKEND = Path(__file__).parents[2]


def test_openapi_json_is_what_the_code_describes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    described = json.loads(capsys.readouterr().out)
    stored = json.loads((BACKEND / "openapi.json").read_text())
    assert stored == described, "next: ./todo openapi > openapi.json"


def test_openapi_needs_no_setting_of_an_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TODO_ENVIRONMENT", "oke")
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out)["openapi"].startswith("3.")


def test_the_selfcheck_that_every_verify_waits_for_loads_no_database_library() -> None:
    loads = "import sys, cli.selfcheck; print('sqlalchemy' in sys.modules, 'httpx' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loads], cwd=BACKEND, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_wrong_setting_ends_the_command_with_one_line(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TODO_PORT", "http")
    assert main([command]) == 1
    assert capsys.readouterr().err.startswith("TODO_PORT: ")


def test_serving_everyone_as_developer_is_refused_outside_local(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TODO_ENVIRONMENT", "oke")
    monkeypatch.setenv("DATABASE_URL", "postgresql://todo@127.0.0.1:1/todo")
    monkeypatch.setenv("BETTER_AUTH_URL", "https://todo.example.com")
    monkeypatch.setenv("TODO_IDENTITY", "development")
    assert main(["serve"]) == 1
    assert capsys.readouterr().err.startswith("TODO_IDENTITY: development, which lets everyone in")


def test_deliveries_of_a_sidecar_without_a_token_are_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TODO_EVENTS", "dapr")
    assert main(["serve"]) == 1
    assert capsys.readouterr().err.startswith("APP_API_TOKEN: unset: with TODO_EVENTS=dapr")


def test_a_database_away_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://todo:canary@127.0.0.1:1/todo")
    assert main(["migrate"]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("DATABASE_URL: cannot connect to 127.0.0.1")
    assert "canary" not in printed.out + printed.err


def test_a_command_that_does_not_exist_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["fly"])
    assert caught.value.code == 2


@pytest.fixture
def server(tmp_path: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {
        "PATH": os.defpath,
        "DATABASE_URL": f"sqlite:///{tmp_path}/todo.db",
        "TODO_PORT": str(port),
        "TODO_IDENTITY": "development",
        "TODO_DRAIN_SECONDS": "300",
    }
    upgrade(f"sqlite+aiosqlite:///{tmp_path}/todo.db")
    process = subprocess.Popen(
        [sys.executable, BACKEND / "todo", "serve"],
        env=variables,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def wait_for(url: str, status: int) -> None:
    for _ in range(300):
        try:
            if httpx.get(url, verify=False).status_code == status:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{url} never answered {status}")


def test_a_server_told_to_stop_drains_first_and_then_ends_well(
    server: tuple[subprocess.Popen[str], str],
) -> None:
    process, url = server
    wait_for(f"{url}/api/health/startup", 200)
    assert httpx.get(f"{url}/api/health/ready", verify=False).status_code == 200
    process.send_signal(signal.SIGTERM)
    wait_for(f"{url}/api/health/ready", 503)
    assert httpx.get(f"{url}/api/dev-user/tasks", verify=False).status_code == 200
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate()
    # uvicorn ends by the signal it was sent once everything is closed.
    assert process.returncode == -signal.SIGTERM
    messages = [json.loads(line)["message"] for line in output.splitlines()]
    assert "Application shutdown complete." in messages


def test_a_terminal_that_knows_few_signs_ends_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(printed, encoding="ascii"))
    assert main(["openapi"]) == 0
    sys.stdout.flush()
    assert b"\\u2026" in printed.getvalue()
