"""The schema's description of itself."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class SchemaSupport(Base):
    """The oldest revision whose build works on this schema, in one row that migrations write.

    A build that is older than the schema does not know the newest migrations: it reads here whether
    it may start.
    """

    __tablename__ = "schema_support"

    compatible_from: Mapped[str] = mapped_column(String(32), primary_key=True)
