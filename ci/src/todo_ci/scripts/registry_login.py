"""Hand a program the password of a registry in the file that helm, cosign and syft read.

Standard library only. The password is read from the file that REGISTRY_PASSWORD_FILE names: no
argument carries it, and no `registry login` leaves it behind.
"""

import base64
import json
import os
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_GIVEN = ("REGISTRY_PASSWORD_FILE", "SIGNING_KEY_FILE", "IDENTITY_TOKEN_FILE")


def write_login(folder: Path, host: str, username: str) -> "Path | None":
    """Write the login, and return its file; None without a name or a password.

    Args:
        folder: where nobody else may look, and what is removed afterwards.
        host: ``host[:port]`` of the registry.
        username: of that registry.
    """
    password = given("REGISTRY_PASSWORD_FILE").strip()
    if not (username and password):
        return None
    auth = base64.b64encode(f"{username}:{password}".encode()).decode()
    path = folder / "config.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({"auths": {host: {"auth": auth}}}), encoding="utf-8")
    return path


@contextmanager
def home_with_login(program: str, host: str, username: str) -> "Generator[dict[str, str]]":
    """Make a program's environment, in whose home is the login alone; both end with the block.

    Args:
        program: its name.
        host: ``host[:port]`` of the registry.
        username: of that registry.
    """
    with tempfile.TemporaryDirectory(prefix=f"{program}-", dir=private_folder()) as folder:
        write_login(Path(folder), host, username)
        yield {**os.environ, "HOME": folder, "DOCKER_CONFIG": folder}


def run(
    argv: "list[str]", environment: "dict[str, str]", seconds: float
) -> "subprocess.CompletedProcess[str]":
    """Run a program that is asked nothing, and keep what it says."""
    return subprocess.run(
        argv,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def given(variable: str) -> str:
    """Return a secret that a variable names the file of; empty where there is none."""
    path = os.environ.get(variable, "")
    return Path(path).read_text(encoding="utf-8") if path else ""


def private_folder() -> "str | None":
    """Find where a secret may be written.

    Beside a given one, where nobody else may look: there it is removed even when this process is
    killed. Else in memory.
    """
    beside = [Path(os.environ[name]).parent for name in _GIVEN if os.environ.get(name)]
    usable = [str(folder) for folder in beside if folder.stat().st_mode & 0o077 == 0]
    return next((path for path in [*usable, "/dev/shm"] if os.access(path, os.W_OK)), None)  # noqa: S108
