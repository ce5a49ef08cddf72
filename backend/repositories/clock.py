"""The database's own clock, which leases go by."""

from sqlalchemy import Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import TypeEngine


class DatabaseTime(FunctionElement[float]):
    """Seconds since 1970 by the database's clock: leases must not depend on those of replicas."""

    type: TypeEngine[float] = Double()
    inherit_cache = True


@compiles(DatabaseTime, "postgresql")
def _(element: object, compiler: object, **options: object) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


@compiles(DatabaseTime, "sqlite")
def _(element: object, compiler: object, **options: object) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"
