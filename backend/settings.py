"""Settings of the backend, read from the environment once at start."""

from typing import Literal, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

VERSION = "0.1.0"
DEVELOPMENT_ENVIRONMENTS = frozenset({"local", "test"})
MINIMUM_SECRET_LENGTH = 32

_DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
}

# What each variable accepts, and a command that sets it: the second half of every error.
_HELP = {
    "TODO_ENVIRONMENT": ("local, test or oke", "export TODO_ENVIRONMENT=local"),
    "TODO_COMMIT": ("a git commit or nothing", "unset TODO_COMMIT"),
    "TODO_HOST": ("an address to listen on", "export TODO_HOST=127.0.0.1"),
    "TODO_PORT": ("a port from 1 to 65535", "export TODO_PORT=8000"),
    "TODO_DRAIN_SECONDS": ("seconds from 0 to 300", "export TODO_DRAIN_SECONDS=5"),
    "TODO_LOG_LEVEL": ("debug, info, warning or error", "export TODO_LOG_LEVEL=info"),
    "DATABASE_URL": (
        "postgresql://user:password@host:5432/name, or, in local and test only, "
        "sqlite:///path/to/file",
        "export DATABASE_URL=postgresql://todo:PASSWORD@HOST:5432/todo",
    ),
    "BETTER_AUTH_SECRET": (
        f"at least {MINIMUM_SECRET_LENGTH} characters of random text",
        'export BETTER_AUTH_SECRET="$(openssl rand -hex 32)"',
    ),
}


class ConfigurationError(Exception):
    """Say why the process refuses to start, what is accepted and what to run next."""


def async_database_url(url: str) -> str:
    """Map any common database URL to the async driver this app ships.

    libpq's query options are not asyncpg's: `sslmode` becomes `ssl`, and `channel_binding`, which
    asyncpg does not know, is dropped, so a URL pasted from Neon works as it is.
    """
    scheme, separator, rest = url.partition("://")
    driver = _DRIVERS.get(scheme)
    if not separator or driver is None:
        raise ValueError("the scheme is neither postgresql nor sqlite")
    if not driver.startswith("postgresql"):
        return f"{driver}://{rest}"
    parts = urlsplit(f"postgresql://{rest}")
    if not parts.path.strip("/"):
        raise ValueError("the database name is missing")
    options = [
        ("ssl" if key == "sslmode" else key, value)
        for key, value in parse_qsl(parts.query)
        if key != "channel_binding"
    ]
    return parts._replace(scheme=driver, query=urlencode(options)).geturl()


class Settings(BaseSettings):
    """Hold every setting; a value that is unsafe outside local is an error, not a warning."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    environment: Literal["local", "test", "oke"] = Field(
        default="local", validation_alias="TODO_ENVIRONMENT"
    )
    commit: str = Field(default="unknown", validation_alias="TODO_COMMIT")
    host: str = Field(default="127.0.0.1", validation_alias="TODO_HOST", min_length=1)
    port: int = Field(default=8000, validation_alias="TODO_PORT", ge=1, le=65535)
    drain_seconds: float = Field(default=0, validation_alias="TODO_DRAIN_SECONDS", ge=0, le=300)
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", validation_alias="TODO_LOG_LEVEL"
    )
    database_url: SecretStr = Field(
        default=SecretStr("sqlite+aiosqlite:///todo.db"), validation_alias="DATABASE_URL"
    )
    better_auth_secret: SecretStr | None = Field(
        default=None, validation_alias="BETTER_AUTH_SECRET"
    )

    @field_validator("database_url")
    @classmethod
    def _use_async_driver(cls, value: SecretStr) -> SecretStr:
        return SecretStr(async_database_url(value.get_secret_value()))

    @model_validator(mode="after")
    def _refuse_unsafe_defaults(self) -> Self:
        if self.is_development:
            return self
        if self.database_url.get_secret_value().startswith("sqlite"):
            raise _unsafe("DATABASE_URL", self.environment, "unset or SQLite")
        secret = self.better_auth_secret.get_secret_value() if self.better_auth_secret else ""
        if len(secret) < MINIMUM_SECRET_LENGTH or len(set(secret)) < 8:
            raise _unsafe("BETTER_AUTH_SECRET", self.environment, "unset, short or easy to guess")
        return self

    @property
    def is_development(self) -> bool:
        return self.environment in DEVELOPMENT_ENVIRONMENTS


def load_settings() -> Settings:
    """Read the settings, or raise a ConfigurationError naming each wrong variable.

    Values are never repeated: a database URL holds a password.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(entry) for entry in error.errors())) from None


def describe(variable: str, problem: str) -> str:
    """Return one line: the variable, what is wrong, the accepted shape and the next command."""
    accepted, command = _HELP[variable]
    return f"{variable}: {problem}. Accepted: {accepted}. Next: {command}"


def _unsafe(variable: str, environment: str, state: str) -> ValueError:
    return ValueError(describe(variable, f"{state}, which environment {environment} refuses"))


def _explain(entry: ErrorDetails) -> str:
    message = entry["msg"].removeprefix("Value error, ")
    return describe(str(entry["loc"][0]), message) if entry["loc"] else message
