"""TLS to PostgreSQL as libpq has it, made here: asyncpg looks for authorities in a home folder."""

import ssl
from typing import Literal

from database_url import DatabaseUrl


def tls(url: DatabaseUrl) -> ssl.SSLContext | Literal["prefer", False]:
    """Return what asyncpg takes for `ssl`.

    Raises:
        OSError: the file of authorities cannot be read, or is none.
    """
    if url.sslmode == "disable":
        return False
    if url.sslmode == "prefer":
        return "prefer"
    # Without a file, those that the machine trusts.
    context = ssl.create_default_context(cafile=url.sslrootcert)
    # As the other drivers have it. Python 3.13 would refuse a private authority, too, whose
    # certificate only lacks an extension.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = url.sslmode == "verify-full"
    if url.sslmode == "require":
        context.verify_mode = ssl.CERT_NONE
    return context
