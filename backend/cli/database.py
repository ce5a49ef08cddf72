"""A database that cannot be reached, in the operator's words."""

from urllib.parse import urlsplit

from errors import DatabaseUnavailable
from settings import ConfigurationError, describe


def unavailable(url: str, error: DatabaseUnavailable) -> ConfigurationError:
    """Say where it should be. The URL holds a password: only the place is named."""
    place = urlsplit(url).hostname or urlsplit(url).path
    return ConfigurationError(
        describe("DATABASE_URL", f"cannot connect to {place} ({error.__cause__})")
    )
