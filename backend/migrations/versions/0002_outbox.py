"""Create the outbox and the leases of those who empty it.

Compatible with the release before, which neither reads nor writes these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
# The oldest build that works on this schema.
compatible_from = "0001"


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "relays",
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("joined", sa.Double[float](), nullable=False),
        sa.Column("seen", sa.Double[float](), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_relays"),
    )
    op.create_table(
        "relay_slots",
        sa.Column("slot", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("expires", sa.Double[float](), nullable=False),
        sa.PrimaryKeyConstraint("slot", name="pk_relay_slots"),
    )
