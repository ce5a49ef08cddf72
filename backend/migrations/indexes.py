"""Indexes of tables that are in use."""

from collections.abc import Sequence
from typing import Any

from alembic import context as env
from alembic import op


def create_index(name: str, table: str, columns: Sequence[Any], **options: Any) -> None:
    """Make an index; on PostgreSQL concurrently, so that nobody waits for it to write.

    What the migration did before is committed first. It may be tried again after it failed half
    way: so a migration does nothing else beside it.

    Args:
        name, table, columns, options: as `op.create_index` takes them.
    """
    context = op.get_context()
    if context.dialect.name != "postgresql":
        op.create_index(name, table, columns, **options)
        return
    with context.autocommit_block():
        # It waits for the transactions that are open, and nobody queues behind it. A session that
        # a pooler lends has no limit of ours, and would keep what is set for somebody else.
        limited = not env.config.attributes["is_pooled"]
        if limited:
            op.execute("SET lock_timeout = 0")
        # One that was begun and not ended is never used, and would count as made.
        op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, **options)
        if limited:
            op.execute("RESET lock_timeout")
