"""Let tasks have a reminder, and users notices.

Compatible with the release before, which leaves the new columns empty and knows no notices.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
# The oldest build that works on this schema.
compatible_from = "0001"

_PENDING = sa.text("remind_at IS NOT NULL AND reminded_at IS NULL AND completed_at IS NULL")
_UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.add_column("tasks", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tasks", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_tasks_reminders",
        "tasks",
        ["remind_at"],
        postgresql_where=_PENDING,
        sqlite_where=_PENDING,
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("woken_by", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("user_id", "position", name="uq_notices_user_id_position"),
    )
    op.create_index(
        "ix_notices_unread",
        "notices",
        ["user_id", "position"],
        postgresql_where=_UNREAD,
        sqlite_where=_UNREAD,
    )
