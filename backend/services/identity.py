"""Who is calling."""

import re
from dataclasses import dataclass

from errors import Problem
from settings import USER_NAME, ConfigurationError, Settings

DEVELOPMENT_HEADER = "X-Development-User"


@dataclass(frozen=True)
class User:
    """Name a signed-in person."""

    id: str
    name: str


class InvalidDevelopmentUser(Problem):
    status, code, title = 422, "invalid-request", "The request is not valid"


DEVELOPER = User(id="dev-user", name="Developer")


def development_user(settings: Settings) -> User:
    """Return the one user of a development machine.

    Everyone who reaches the port is this user, so it refuses to exist anywhere else.
    """
    if not settings.is_development:
        raise ConfigurationError(
            f"TODO_ENVIRONMENT={settings.environment}: the development identity lets everyone in, "
            "so it is accepted in local and test only, and no other sign-in is built yet. "
            "Next: export TODO_ENVIRONMENT=local"
        )
    return DEVELOPER


def named_in_development(user: User, name: str | None, settings: Settings) -> User:
    """Return the user the development header names, else `user`.

    Whoever sends it is believed, so it means nothing outside of development.
    """
    if name is None or not settings.is_development:
        return user
    if not re.fullmatch(USER_NAME, name):
        raise InvalidDevelopmentUser(
            f"header {DEVELOPMENT_HEADER}: not the name of a user. Accepted: 1 to 40 of a-z, 0-9 "
            f"and -, such as {DEVELOPMENT_HEADER}: smoke"
        )
    return User(id=name, name=name)
