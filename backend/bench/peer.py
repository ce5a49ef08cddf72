"""The FastAPI reference template, run as its own guide says, with one process and this Python."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
from packaging.specifiers import SpecifierSet

from bench.clients import Api
from bench.machines import Machines, free_port, process, wait_for_200
from bench.progress import say

ORIGIN = "https://github.com/fastapi/full-stack-fastapi-template"
_PASSWORD = "a password nobody else knows"


class NoPeer(Exception):
    """Say why a folder is no peer, what is accepted and what to run next."""


def check(checkout: Path) -> None:
    """Raise NoPeer unless the folder holds the template, for this Python."""
    project = checkout / "backend/pyproject.toml"
    if not (checkout / "backend/app/main.py").exists() or not project.exists():
        raise NoPeer(
            f"--peer {checkout}: no checkout of the FastAPI reference template; "
            f"next: git clone {ORIGIN} {checkout}"
        )
    wanted = tomllib.loads(project.read_text())["project"]["requires-python"]
    here = sys.version.split()[0]
    if not SpecifierSet(wanted).contains(here):
        raise NoPeer(
            f"--peer {checkout}: it wants Python {wanted}, and this is {here}; next: check out a "
            "commit of it that runs on this one (14728b63^ was the last for 3.10 to 3.13)"
        )


@contextmanager
def running(checkout: Path, machines: Machines, users: list[str]) -> Generator[Api]:
    """Serve the template from a database of its own, with these users signed up."""
    backend = checkout.resolve() / "backend"
    python = _environment(backend)
    variables = _variables(machines, machines.make_database("peer"))
    for command in (["-m", "alembic", "upgrade", "head"], ["app/initial_data.py"]):
        _run([str(python), *command], backend, {**variables, "PYTHONPATH": str(backend)})
    port = free_port()
    log = machines.folder / "peer.log"
    serve = [str(python), "-m", "fastapi", "run", "--host", "127.0.0.1", "--port", str(port)]
    with process([*serve, "app/main.py"], log, variables, backend):
        address = f"http://127.0.0.1:{port}"
        wait_for_200(f"{address}/api/v1/utils/health-check/", log)
        with httpx.Client(base_url=f"{address}/api/v1", trust_env=False, timeout=30) as http:
            tokens = {user: _sign_up(http, user) for user in users}
        yield Api(address, "/api/v1/items/", "?limit=50", tokens)


def _environment(backend: Path) -> Path:
    # Beside other builds, not in the checkout, which is somebody's own.
    home = Path(os.environ["TODO_LAB_CACHE"]) / "peer"
    python = home / "bin/python"
    say("(installing the peer's packages)")
    _run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(home)], backend)
    install = ["uv", "pip", "install", "--quiet", "--python", str(python)]
    _run([*install, "-r", "pyproject.toml"], backend)
    return python


def _variables(machines: Machines, database_url: str) -> dict[str, str]:
    secret = {"SECRET_KEY": "a key of at least thirty-two characters", "SENTRY_DSN": ""}
    admin = {"FIRST_SUPERUSER": "admin@example.com", "FIRST_SUPERUSER_PASSWORD": _PASSWORD}
    # Older versions take the parts of the address, newer ones the whole.
    parts = {
        "POSTGRES_SERVER": "127.0.0.1",
        "POSTGRES_PORT": str(machines.database_port),
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "",
        "POSTGRES_DB": database_url.rpartition("/")[2],
    }
    path = {"PATH": os.defpath, "PROJECT_NAME": "peer", "DATABASE_URL": database_url}
    return {**path, **secret, **admin, **parts}


def _sign_up(http: httpx.Client, user: str) -> str:
    person = {"email": f"{user}@example.com", "password": _PASSWORD}
    http.post("/users/signup", json=person).raise_for_status()
    login = {"username": person["email"], "password": _PASSWORD}
    answer = http.post("/login/access-token", data=login).raise_for_status()
    return answer.json()["access_token"]


def _run(command: list[str], folder: Path, variables: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise NoPeer(f"{' '.join(command)}: {done.stderr[-2000:]}")
