"""Count the bytes that the messages of each conversation hold.

Those from before count as nothing. Compatible with the release before, whose messages count as
nothing either.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
# The oldest build that works on this schema.
compatible_from = "0001"


def upgrade() -> None:
    op.add_column(
        "conversations",
        sa.Column("stored_bytes", sa.BigInteger(), nullable=False, server_default="0"),
    )
