"""Kernel settings return to what the machine had."""

from pathlib import Path

import pytest

from todo_lab.host import sysctls


def test_sysctls_return_to_what_they_were_before_the_first_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sysctls, "_ROOT", tmp_path / "sys")
    monkeypatch.setattr(sysctls, "_NOTE", tmp_path / "note.json")
    setting = tmp_path / "sys" / "kernel" / "panic"
    setting.parent.mkdir(parents=True)
    setting.write_text("1\n")
    sysctls.note()
    setting.write_text("10\n")
    sysctls.note()  # a second `up` must not take the lab's value for the machine's
    sysctls.restore()
    assert setting.read_text().strip() == "1"
    setting.write_text("5\n")
    sysctls.restore()  # nothing noted, nothing changed
    assert setting.read_text().strip() == "5"
