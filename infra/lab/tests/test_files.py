"""A file is written only when it differs."""

from pathlib import Path

from todo_lab import files


def test_a_file_is_written_only_when_it_differs(tmp_path: Path):
    file = tmp_path / "below" / "file"
    assert files.write(file, "one", 0o600) is True
    assert files.write(file, "one", 0o600) is False
    assert files.write(file, "one", 0o644) is True
    assert files.write(file, "two", 0o644) is True
    assert [entry.name for entry in file.parent.iterdir()] == ["file"]
