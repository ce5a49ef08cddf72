"""What the embedded cluster tells the pipeline, and where it keeps it."""

import os
import sys
from pathlib import Path

import pytest

STATE = Path("/var/lib/todo-lab")


def require_lab() -> None:
    """Skip where it is not up."""
    if not (STATE / "pipeline.env").exists():
        pytest.skip("the lab is not up; next: ./do lab up")


def gateway() -> str:
    """Return the address at which containers reach the gateway: it listens beside the registry."""
    host, _, _ = defaults()["DEPLOY_REGISTRY"].partition(":")
    return f"http://{host}:8000"


def defaults() -> dict[str, str]:
    """Read the default arguments that the lab wrote for the pipeline."""
    lines = (STATE / "pipeline.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


def resolved() -> dict[str, str]:
    """Return them with what a file holds in place of its name."""
    return {
        name: Path(value.removeprefix("file://")).read_text().strip()
        if value.startswith("file://")
        else value
        for name, value in defaults().items()
    }


def pipeline_environment() -> dict[str, str]:
    """Return what the pipeline's command runs in: those arguments, and its programs first."""
    here = str(Path(sys.executable).parent)
    path = os.pathsep.join([here, str(STATE / "bin"), os.environ["PATH"]])
    # As the pipeline has it for its own calls of kubectl and helm.
    return {"GOGC": "400", **os.environ, **defaults(), "PATH": path}
