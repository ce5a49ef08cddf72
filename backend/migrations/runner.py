"""Run the migrations that ship with this build."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory


def known_revisions() -> tuple[str, ...]:
    """Return every revision of this build, newest first."""
    script = ScriptDirectory.from_config(_config())
    return tuple(revision.revision for revision in script.walk_revisions())


def upgrade(url: str) -> str:
    """Bring the database at `url` to the newest schema and return its revision.

    Safe to run twice, and by several processes at once: they wait for each other.
    """
    config = _config()
    config.attributes["url"] = url
    command.upgrade(config, "head")
    return known_revisions()[0]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
