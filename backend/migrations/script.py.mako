"""${message}

Forward only and compatible with the release before: a rollback never downgrades a database.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
# The oldest build that works on this schema. At least the release before has to.
compatible_from = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
