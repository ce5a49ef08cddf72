"""Create the row that says how old a build may be to work on this schema.

Compatible with the release before, which does not read it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
# The oldest build that works on this schema.
compatible_from = "0001"


def upgrade() -> None:
    op.create_table(
        "schema_support",
        sa.Column("compatible_from", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("compatible_from", name="pk_schema_support"),
    )
