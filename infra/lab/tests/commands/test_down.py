"""`down` says what happens to the data."""

from todo_lab.commands import down


def test_down_says_what_happens_to_the_data():
    assert "PostgreSQL's data" in down.summary(kept=False, debian=["runc"]).splitlines()[0]
    assert down.summary(kept=True, debian=[]).startswith("kept:")
    assert "runc" in down.summary(kept=False, debian=["runc"])
