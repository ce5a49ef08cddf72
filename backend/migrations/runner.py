"""Run the migrations that ship with this build."""

import logging
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from database_times import DatabaseTimes
from settings import ConfigurationError

# A change of a table waits for those who use it, and everybody else then waits behind it: so it
# waits briefly, lets them pass, and tries again. Making an index may take hours.
TIMES = DatabaseTimes(connect=10, statement=0, lock=2, idle=0)
PAUSE_SECONDS = 4
PATIENCE_SECONDS = 90
_log = logging.getLogger("todo.migrations")


class SchemaTooNew(ConfigurationError):
    """Say that a newer release made a schema this build is too old for."""

    def __init__(self, head: str, oldest: str | None, own: str) -> None:
        super().__init__(
            f"the database is at schema {head}, which serves builds from {oldest or head} on; this "
            f"build is at {own}. Next: deploy a newer commit"
        )


class TableBusy(ConfigurationError):
    """Say that somebody holds a table for longer than a migration waits."""

    def __init__(self) -> None:
        super().__init__(
            "a transaction holds a table that a migration has to change. Nothing was changed by "
            "that migration. Next: see who it is with SELECT pid, xact_start, query FROM "
            "pg_stat_activity ORDER BY xact_start, let it end, then: todo migrate"
        )


def known_revisions() -> tuple[str, ...]:
    """Return every revision of this build, newest first."""
    return tuple(script.revision for script in _scripts().walk_revisions())


def compatible_from(revision: str = "head") -> str:
    """Return the oldest revision whose build works on the schema of a revision."""
    return _scripts().get_revision(revision).module.compatible_from


def upgrade(url: str) -> str:
    """Bring the database at `url` to the newest schema and return its revision.

    Safe to run twice, and by several processes at once: they wait for each other. What a newer
    release migrated stays as it is.

    Raises:
        SchemaTooNew: the newer schema does not serve builds as old as this one.
        TableBusy: a table could not be had, try after try, for a minute and a half.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        config = _config()
        config.attributes["url"] = url
        try:
            command.upgrade(config, "head")
        except TableBusy:
            if time.monotonic() + PAUSE_SECONDS > deadline:
                raise
            _log.warning("a table is in use, trying again in %s s", PAUSE_SECONDS)
            time.sleep(PAUSE_SECONDS)
        else:
            return config.attributes["head"]


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
