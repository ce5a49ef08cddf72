"""A secret is made once, for root alone."""

from pathlib import Path

from todo_lab.secrets import secret


def test_a_secret_is_made_once_and_only_root_reads_it(tmp_path: Path):
    file = tmp_path / "secret"
    first = secret(file)
    assert len(first) >= 32
    assert secret(file) == first
    assert file.stat().st_mode & 0o777 == 0o600
