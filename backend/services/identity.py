"""Who is calling."""

from dataclasses import dataclass

from settings import ConfigurationError, Settings


@dataclass(frozen=True)
class User:
    """Name a signed-in person."""

    id: str
    name: str


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
