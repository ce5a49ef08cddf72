"""Add to messages the answers that can be given to them by a press.

Compatible with the release before, which neither reads nor writes them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
# The oldest build that works on this schema.
compatible_from = "0001"


def upgrade() -> None:
    op.add_column("messages", sa.Column("choices", sa.JSON(none_as_null=True), nullable=True))
