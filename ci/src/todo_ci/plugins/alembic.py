"""Migrations of Alembic: an image carries the database's schema that its own make."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from todo_ci.core import database_schema
from todo_ci.core.database_schema import DatabaseSchema, parse
from todo_ci.core.ports import Shell, Step, Tool
from todo_ci.core.steps import require_success
from todo_ci.plugins.protocol import Labels, Plugin
from todo_ci.project import plugins
from todo_ci.project.current import project
from todo_ci.scripts import source

# The Job that migrates, by its label.
_JOB = "migration"


class Alembic(Plugin):
    """Say which schema a build makes; what may follow on what, ``core/database_schema`` decides."""

    async def build_arguments(self, shell: Shell) -> Mapping[str, Labels]:
        """Tell the image that migrates what its migrations make.

        Raises:
            ToolError: where the migrations cannot be read.
        """
        table = project().plugins.alembic
        if table is None:
            return {}
        read = require_success(await shell.run(reading(table)), "reading the migrations")
        return {table.component: parse(read.stdout).build_arguments()}

    def schema(self, labels: Mapping[str, Labels]) -> DatabaseSchema | None:
        """Read the labels of that image; None for one that was built without them."""
        table = project().plugins.alembic
        return database_schema.of_image(labels[table.component], table.labels) if table else None

    def works_for(self) -> Mapping[str, str]:
        """Say whose image the Job runs that migrates."""
        table = project().plugins.alembic
        return {_JOB: table.component} if table else {}


def reading(table: plugins.Alembic) -> Step:
    """Read the schema of a tree from its migrations."""
    # A component's sources are laid out under its name, whatever their folder is called.
    context = project().components[table.component].context
    below = PurePosixPath(table.migrations).relative_to(context)
    argv = ("python3", "scripts/read_migrations.py", f"{table.component}/{below}")
    files = {"scripts/read_migrations.py": source("read_migrations.py")}
    return Step(Tool.KUBE, argv, inputs=(table.component,), files=files, timeout=60)
