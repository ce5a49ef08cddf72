"""Make a further database with a role of its own, for another release or a benchmark."""

import argparse
import re

from todo_lab import files, lab_lock, paths
from todo_lab.errors import LabError
from todo_lab.secrets import secret
from todo_lab.services import postgres, supervisor

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def run(args: argparse.Namespace) -> int:
    """Make what is missing of database, role and password; print the file that holds the URL."""
    name: str = args.name
    if not _NAME.fullmatch(name) or name in ("postgres", "template0", "template1"):
        raise LabError(
            f"'{name}' cannot name a database here: a letter, then letters, digits and _, in lower"
            " case, and no name of PostgreSQL's own",
            "./do lab database bench",
        )
    with lab_lock.hold(lambda: None):
        if not supervisor.running("postgres"):
            raise LabError("PostgreSQL does not run", "./do lab up")
        password = secret(paths.STATE / f"postgres-password-{name}")
        postgres.ensure_database(name, name, password)
        url = paths.STATE / f"database-url-{name}"
        files.write(url, postgres.database_url(password, name, name), mode=0o600)
    print(url)
    return 0
