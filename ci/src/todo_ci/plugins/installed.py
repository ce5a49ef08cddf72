"""The one list of plugins."""

from todo_ci.plugins.alembic import Alembic
from todo_ci.plugins.dapr.plugin import Dapr
from todo_ci.plugins.protocol import Plugin

PLUGINS: tuple[Plugin, ...] = (Dapr(), Alembic())
