"""Create the spellings of tags, the text that search reads, and keys of requests.

Compatible with the release before, which reads and writes none of it: a task that it changes is
told by a `search_version` that is not its version.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
# The oldest build that works on this schema.
compatible_from = "0001"


def upgrade() -> None:
    op.add_column("tasks", sa.Column("search", sa.Text(), nullable=True))
    op.add_column("tasks", sa.Column("search_version", sa.Integer(), nullable=True))
    op.create_table(
        "tags",
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_tags"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_idempotency_keys"),
    )
    op.create_index(
        "ix_idempotency_keys_user_id_created_at", "idempotency_keys", ["user_id", "created_at"]
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
