"""The promise: what the kubelet says in place of lines that are gone is nobody's log."""

from pathlib import Path

import pytest

from todo_ci.scripts.kubectl import Kubectl

GONE = "unable to retrieve container logs for containerd://3a427b703d61"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [(GONE, ""), ("boom", "boom"), (f"boom: {GONE}", f"boom: {GONE}"), ("", "")],
)
def test_only_a_containers_own_lines_are_its_log(
    printed: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "kubectl"
    program.write_text(f"#!/bin/sh\nprintf %s '{printed}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert Kubectl("apps").logs("a", "web", 20, "--previous") == shown
