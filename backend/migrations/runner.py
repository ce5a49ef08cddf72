"""Run the migrations that ship with this build."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from settings import ConfigurationError


class SchemaTooNew(ConfigurationError):
    """Say that a newer release made a schema this build is too old for."""

    def __init__(self, head: str, oldest: str | None, own: str) -> None:
        super().__init__(
            f"the database is at schema {head}, which serves builds from {oldest or head} on; this "
            f"build is at {own}. Next: deploy a newer commit"
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
    """
    config = _config()
    config.attributes["url"] = url
    command.upgrade(config, "head")
    return config.attributes["head"]


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
