"""The promise: a database's address is kept as all who read it understand it, or refused."""

import base64
import json
from pathlib import Path

import pytest
from fake_kubectl import CANARY, apply, encoded, stored

from todo_ci.scripts import apply_secrets

ANY, VERIFIED = {"verified": False}, {"verified": True}


def test_a_database_url_is_stored_as_all_its_readers_understand_it(cluster: Path) -> None:
    (cluster / "value").write_text("postgresql+asyncpg://u:p@h/d?ssl=require&pgbouncer=true\n")
    apply(cluster, key={"file": "VALUE_FILE", "database_url": ANY})
    assert base64.b64decode(stored(cluster)["app-secrets"]["key"]).decode() == (
        "postgresql://u:p@h/d?sslmode=require&default_query_exec_mode=exec"
    )


def test_a_spelling_of_before_that_means_the_same_stays(cluster: Path) -> None:
    """The release that serves may know no other one, and nothing restarts."""
    before = "postgresql://u:p@h-pooler.test/d?sslmode=require&channel_binding=require"
    apply(cluster, key={"text": before})
    (cluster / "value").write_text(before)
    done = apply(cluster, key={"file": "VALUE_FILE", "database_url": ANY})
    assert json.loads(done.stdout) == {
        "secrets": [{"name": "app-secrets", "keys": ["key"], "changed": False}],
        "restarted": [],
    }
    assert stored(cluster)["app-secrets"] == {"key": encoded(before)}
    (cluster / "value").write_text(before.replace("u:p", "u:other"))
    apply(cluster, key={"file": "VALUE_FILE", "database_url": ANY})
    assert stored(cluster)["app-secrets"] != {"key": encoded(before)}


def test_one_that_cannot_work_is_refused_before_anything_is_touched(cluster: Path) -> None:
    (cluster / "value").write_text(f"postgresql://u:{CANARY}@h/d?sslmode=verify\n")
    done = apply(cluster, key={"file": "VALUE_FILE", "database_url": ANY})
    assert done.returncode == apply_secrets.REFUSED
    assert "sslmode: accepted is" in done.stderr
    assert CANARY not in done.stderr
    assert not (cluster / "argv").exists()


@pytest.mark.parametrize(
    ("options", "taken"),
    [
        ("", False),
        ("?sslmode=require", False),
        ("?sslmode=disable", False),
        ("?sslmode=verify-full", True),
        ("?ssl=verify-full", True),
    ],
)
def test_where_the_database_has_to_prove_who_it_is_others_are_refused(
    cluster: Path, options: str, taken: bool
) -> None:
    (cluster / "value").write_text(f"postgresql://u:{CANARY}@h/d{options}")
    done = apply(cluster, key={"file": "VALUE_FILE", "database_url": VERIFIED})
    assert done.returncode == (0 if taken else apply_secrets.REFUSED)
    assert ("does not check who answers; accepted is verify-full" in done.stderr) != taken
    assert ("--allow-unverified-database" in done.stderr) != taken
    assert (cluster / "argv").exists() == taken
