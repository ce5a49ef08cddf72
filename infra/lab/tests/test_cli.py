"""The command line names what can be asked for."""

import pytest

from todo_lab import cli


def test_an_unknown_tool_names_the_known_ones(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["tools", "docker"]) == 1
    error = capsys.readouterr().err
    assert "'docker'" in error
    assert "kubectl" in error
