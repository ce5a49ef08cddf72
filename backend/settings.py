"""Settings of the backend, read from the environment once at start."""

from collections.abc import Mapping
from typing import Any, Literal, Self, TypeVar

from pydantic import (
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

import limit_settings
from database_tls import tls
from database_url import parse

VERSION = "0.1.0"
# Whatever else it is called, people are served there: a new place needs no change here, and a name
# that was mistyped gets the strict rules.
DEVELOPMENT_ENVIRONMENTS = frozenset({"local", "test"})
ENVIRONMENT_NAME = r"^[a-z][a-z0-9-]{0,30}$"
MINIMUM_TOKEN_LENGTH = 16
COMPONENT = r"^[a-z0-9.-]{1,253}$"
MODEL = r"^[A-Za-z0-9._-]{1,100}$"
USER_NAME = r"^[a-z0-9-]{1,40}$"

# What each variable accepts, and a command that sets it: the second half of every error.
_HELP = {
    "TODO_ENVIRONMENT": (
        "local or test, or another name in small letters, digits and dashes, such as oke",
        "export TODO_ENVIRONMENT=local",
    ),
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
    "TODO_IDENTITY": (
        "token, or, in local and test only, development",
        "export TODO_IDENTITY=token",
    ),
    "BETTER_AUTH_URL": (
        "http(s)://host[:port], the address people open, without a path",
        "export BETTER_AUTH_URL=https://todo.example.com",
    ),
    "BETTER_AUTH_JWKS_URL": (
        "http(s)://host[:port]/api/auth/jwks of the frontend, or nothing for BETTER_AUTH_URL's",
        "export BETTER_AUTH_JWKS_URL=http://todo-app-frontend/api/auth/jwks",
    ),
    "COHERE_API_KEY": ("a key of Cohere or nothing", "unset COHERE_API_KEY"),
    "TODO_ASSISTANT": ("auto, offline or cohere", "export TODO_ASSISTANT=auto"),
    "TODO_COHERE_MODEL": ("the name of a model of Cohere", "unset TODO_COHERE_MODEL"),
    "CO_API_URL": ("http://host:port or nothing, for Cohere's own address", "unset CO_API_URL"),
    "TODO_EVENTS": ("in-process or dapr", "export TODO_EVENTS=in-process"),
    "TODO_PUBSUB": ("the name of a Dapr component", "export TODO_PUBSUB=kafka-pubsub"),
    "TODO_SWEEP_SECONDS": ("seconds from 1 to 300", "export TODO_SWEEP_SECONDS=30"),
    "TODO_REST_SECONDS": ("seconds from 0, for never, to 86400", "export TODO_REST_SECONDS=0"),
    "TODO_SECRET_STORE": ("the name of a Dapr component or nothing", "unset TODO_SECRET_STORE"),
    "TODO_STATE_STORE": ("the name of a Dapr component or nothing", "unset TODO_STATE_STORE"),
    "DAPR_HTTP_PORT": ("a port from 1 to 65535", "export DAPR_HTTP_PORT=3500"),
    "APP_API_TOKEN": (
        f"at least {MINIMUM_TOKEN_LENGTH} characters, the same that the sidecar sends",
        'export APP_API_TOKEN="$(openssl rand -hex 32)"',
    ),
    "OTEL_EXPORTER_OTLP_ENDPOINT": (
        "http://host:4318, or nothing for no traces",
        "unset OTEL_EXPORTER_OTLP_ENDPOINT",
    ),
    "TODO_BACKEND_URL": (
        "http://host:port of the backend",
        "export TODO_BACKEND_URL=http://127.0.0.1:8000",
    ),
    "TODO_FRONTEND_URL": (
        "http://host:port of the frontend",
        "export TODO_FRONTEND_URL=http://127.0.0.1:3000",
    ),
    "TODO_SMOKE_USER": ("1 to 40 of a-z, 0-9 and -", "export TODO_SMOKE_USER=smoke"),
    "TODO_SMOKE_PASSWORD": ("a password or nothing", "unset TODO_SMOKE_PASSWORD"),
    **limit_settings.HELP,
}

_Loaded = TypeVar("_Loaded", bound=BaseSettings)


class ConfigurationError(Exception):
    """Say why the process refuses to start, what is accepted and what to run next."""


def async_database_url(url: str) -> str:
    """Map a database URL to the async driver this app ships, or refuse it with a reason.

    Raises:
        ValueError: naming the part that is wrong, and what is accepted there.
    """
    scheme, _, rest = url.partition("://")
    if scheme in ("sqlite", "sqlite+aiosqlite"):
        return f"sqlite+aiosqlite://{rest}"
    parsed = parse(url)
    try:
        tls(parsed)
    except OSError as error:
        raise ValueError(
            f"sslrootcert: the file holds no certificates that can be read ({error.strerror}); "
            "accepted is system, or the whole path of a file of them"
        ) from None
    return parsed.render().replace("postgresql", "postgresql+asyncpg", 1)


class ProcessSettings(BaseSettings):
    """Hold what a process needs before it knows any secret: its logs, its traces, its sidecar."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", validation_alias="TODO_LOG_LEVEL"
    )
    otlp_endpoint: HttpUrl | None = Field(
        default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT"
    )
    dapr_http_port: int = Field(default=3500, validation_alias="DAPR_HTTP_PORT", ge=1, le=65535)
    secret_store: str | None = Field(
        default=None, validation_alias="TODO_SECRET_STORE", pattern=COMPONENT
    )

    @field_validator("otlp_endpoint", "secret_store", mode="before")
    @classmethod
    def _empty_means_unset(cls, value: object) -> object:
        return None if value == "" else value


class SelfcheckSettings(ProcessSettings):
    """Hold what `todo selfcheck` needs: no secret of the backend itself."""

    backend_url: HttpUrl = Field(
        default=HttpUrl("http://127.0.0.1:8000"), validation_alias="TODO_BACKEND_URL"
    )
    frontend_url: HttpUrl = Field(
        default=HttpUrl("http://127.0.0.1:3000"), validation_alias="TODO_FRONTEND_URL"
    )
    smoke_user: str = Field(default="smoke", validation_alias="TODO_SMOKE_USER", pattern=USER_NAME)
    smoke_password: SecretStr | None = Field(default=None, validation_alias="TODO_SMOKE_PASSWORD")


class Settings(ProcessSettings, limit_settings.LimitSettings):
    """Hold every setting; a value that is unsafe outside local is an error, not a warning."""

    environment: str = Field(
        default="local", validation_alias="TODO_ENVIRONMENT", pattern=ENVIRONMENT_NAME
    )
    commit: str = Field(default="unknown", validation_alias="TODO_COMMIT")
    host: str = Field(default="127.0.0.1", validation_alias="TODO_HOST", min_length=1)
    port: int = Field(default=8000, validation_alias="TODO_PORT", ge=1, le=65535)
    drain_seconds: float = Field(default=0, validation_alias="TODO_DRAIN_SECONDS", ge=0, le=300)
    database_url: SecretStr = Field(
        default=SecretStr("sqlite+aiosqlite:///todo.db"), validation_alias="DATABASE_URL"
    )
    identity: Literal["token", "development"] = Field(
        default="token", validation_alias="TODO_IDENTITY"
    )
    sign_in_url: HttpUrl = Field(
        default=HttpUrl("http://127.0.0.1:3000"), validation_alias="BETTER_AUTH_URL"
    )
    keys_url: HttpUrl | None = Field(default=None, validation_alias="BETTER_AUTH_JWKS_URL")
    cohere_api_key: SecretStr | None = Field(default=None, validation_alias="COHERE_API_KEY")
    assistant: Literal["auto", "offline", "cohere"] = Field(
        default="auto", validation_alias="TODO_ASSISTANT"
    )
    cohere_model: str = Field(
        default="command-a-03-2025", validation_alias="TODO_COHERE_MODEL", pattern=MODEL
    )
    # Named as the vendor's own client names it.
    cohere_url: HttpUrl | None = Field(default=None, validation_alias="CO_API_URL")
    events: Literal["in-process", "dapr"] = Field(
        default="in-process", validation_alias="TODO_EVENTS"
    )
    pubsub: str = Field(default="kafka-pubsub", validation_alias="TODO_PUBSUB", pattern=COMPONENT)
    sweep_seconds: float = Field(default=30, validation_alias="TODO_SWEEP_SECONDS", ge=1, le=300)
    rest_seconds: float = Field(default=0, validation_alias="TODO_REST_SECONDS", ge=0, le=86400)
    state_store: str | None = Field(
        default=None, validation_alias="TODO_STATE_STORE", pattern=COMPONENT
    )
    app_api_token: SecretStr | None = Field(
        default=None, validation_alias="APP_API_TOKEN", min_length=MINIMUM_TOKEN_LENGTH
    )

    @field_validator(
        "cohere_api_key", "cohere_url", "app_api_token", "keys_url", "state_store", mode="before"
    )
    @classmethod
    def _empty_value_means_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("sign_in_url")
    @classmethod
    def _want_an_origin(cls, value: HttpUrl) -> HttpUrl:
        # It is compared with the issuer of each token, so nothing may be dropped in silence.
        if str(value) != f"{value.scheme}://{value.host}{_port(value)}/":
            raise ValueError("more than an origin")
        return value

    @field_validator("database_url")
    @classmethod
    def _use_async_driver(cls, value: SecretStr) -> SecretStr:
        return SecretStr(async_database_url(value.get_secret_value()))

    @model_validator(mode="after")
    def _need_a_key_for_cohere(self) -> Self:
        if self.assistant == "cohere" and self.cohere_api_key is None:
            raise ValueError(
                describe("TODO_ASSISTANT", "cohere, and COHERE_API_KEY is unset or empty")
            )
        return self

    @model_validator(mode="after")
    def _refuse_unsafe_defaults(self) -> Self:
        if self.is_development:
            return self
        if self.database_url.get_secret_value().startswith("sqlite"):
            raise _unsafe("DATABASE_URL", self.environment, "unset or SQLite")
        if self.identity == "development":
            raise _unsafe("TODO_IDENTITY", self.environment, "development, which lets everyone in")
        if not self.workers:
            raise _unsafe("TODO_ASSISTANT_WORKERS", self.environment, "0")
        if "sign_in_url" not in self.model_fields_set:
            raise _unsafe("BETTER_AUTH_URL", self.environment, "unset")
        return self

    @property
    def is_development(self) -> bool:
        return self.environment in DEVELOPMENT_ENVIRONMENTS

    @property
    def issuer(self) -> str:
        """Return who signs tokens, spelled as browsers spell an origin."""
        return str(self.sign_in_url).rstrip("/")

    @property
    def jwks_url(self) -> str:
        """Return where the keys are that tokens are signed with."""
        return str(self.keys_url or f"{self.issuer}/api/auth/jwks")


def load_settings(secrets: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, or raise a ConfigurationError naming each wrong variable.

    Values are never repeated: a database URL holds a password.

    Args:
        secrets: variables from elsewhere, which win over the environment's.
    """
    return _load(Settings, secrets or {})


def load_process_settings() -> ProcessSettings:
    """Read what is needed before the secrets are; raise as `load_settings` does."""
    return _load(ProcessSettings, {})


def load_selfcheck_settings() -> SelfcheckSettings:
    """Read what `todo selfcheck` needs; raise as `load_settings` does."""
    return _load(SelfcheckSettings, {})


def describe(variable: str, problem: str) -> str:
    """Return one line: the variable, what is wrong, the accepted shape and the next command."""
    accepted, command = _HELP[variable]
    return f"{variable}: {problem}. Accepted: {accepted}. Next: {command}"


def _load(kind: type[_Loaded], values: Mapping[str, Any]) -> _Loaded:
    try:
        return kind(**values)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(entry) for entry in error.errors())) from None


def _port(url: HttpUrl) -> str:
    usual = {"http": 80, "https": 443}[url.scheme]
    return "" if url.port in (None, usual) else f":{url.port}"


def _unsafe(variable: str, environment: str, state: str) -> ValueError:
    return ValueError(describe(variable, f"{state}, which environment {environment} refuses"))


def _explain(entry: ErrorDetails) -> str:
    message = entry["msg"].removeprefix("Value error, ")
    return describe(str(entry["loc"][0]), message) if entry["loc"] else message
