"""A further database has a name that needs no quoting."""

import pytest

from todo_lab import cli


@pytest.mark.parametrize("name", ["", "1st", "Bench", "a-b", "a'; drop", "a" * 41, "postgres"])
def test_a_name_that_is_none_for_a_database_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
):
    assert cli.main(["database", name]) == 1
    assert f"'{name}'" in capsys.readouterr().err
