"""A wrong or unsafe setting is refused, named, and answered with the next step."""

import pytest

from settings import (
    ConfigurationError,
    Settings,
    async_database_url,
    load_selfcheck_settings,
    load_settings,
)

OKE = {
    "TODO_ENVIRONMENT": "oke",
    "DATABASE_URL": "postgresql://todo:pa55@db:5432/todo",
    "BETTER_AUTH_URL": "https://todo.example.com",
}


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(monkeypatch, **variables)
    return str(caught.value)


def test_a_laptop_needs_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch)
    assert (settings.environment, settings.host, settings.port) == ("local", "127.0.0.1", 8000)
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///todo.db"


def test_a_complete_production_setting_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **OKE)
    assert settings.database_url.get_secret_value().startswith("postgresql+asyncpg://")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TODO_ENVIRONMENT", "Production"),
        ("TODO_PORT", "0"),
        ("TODO_PORT", "http"),
        ("TODO_HOST", ""),
        ("TODO_DRAIN_SECONDS", "-1"),
        ("TODO_SWEEP_SECONDS", "0"),
        ("TODO_REST_SECONDS", "-1"),
        ("TODO_ASSISTANT_WORKERS", "0"),
        ("TODO_ASSISTANT_WORKERS", "17"),
        ("TODO_ASSISTANT_SECONDS", "0"),
        ("TODO_LOG_LEVEL", "loud"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "todo.db"),
        ("DATABASE_URL", "mysql://todo@db/todo"),
        ("DATABASE_URL", "postgresql://todo@db"),
        ("DATABASE_URL", "sqlite:///todo.db"),
        ("TODO_IDENTITY", "nobody"),
        ("TODO_IDENTITY", "development"),
        ("BETTER_AUTH_URL", ""),
        ("BETTER_AUTH_URL", "todo.example.com"),
        ("BETTER_AUTH_URL", "https://todo.example.com/app"),
        ("BETTER_AUTH_URL", "https://user:pa55@todo.example.com"),
        ("BETTER_AUTH_URL", "https://todo.example.com?x=1"),
        ("BETTER_AUTH_JWKS_URL", "file:///etc/keys"),
        ("TODO_EVENTS", "kafka"),
        ("TODO_PUBSUB", ""),
        ("TODO_PUBSUB", "a/b"),
        ("TODO_SECRET_STORE", "../x"),
        ("TODO_STATE_STORE", "a/b"),
        ("TODO_ASSISTANT", "gpt"),
        ("TODO_ASSISTANT", "cohere"),
        ("TODO_COHERE_MODEL", ""),
        ("CO_API_URL", "api.cohere.com"),
        ("DAPR_HTTP_PORT", "tcp://10.0.0.1:3500"),
        ("APP_API_TOKEN", "short"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_accepted_and_a_command(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    message = refusal(monkeypatch, **(OKE | {variable: value}))
    assert message.startswith(f"{variable}: ")
    assert "Accepted: " in message
    assert f"Next: export {variable}=" in message or f"Next: unset {variable}" in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("variable", ["DATABASE_URL", "BETTER_AUTH_URL"])
def test_a_default_is_refused_outside_local(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    kept = {name: value for name, value in OKE.items() if name != variable}
    assert refusal(monkeypatch, **kept).startswith(f"{variable}: ")


@pytest.mark.parametrize(
    "variable",
    [
        "TODO_SECRET_STORE",
        "TODO_STATE_STORE",
        "APP_API_TOKEN",
        "COHERE_API_KEY",
        "CO_API_URL",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "BETTER_AUTH_JWKS_URL",
    ],
)
def test_an_empty_optional_value_is_none(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    settings = load(monkeypatch, **{variable: ""})
    name = next(n for n, f in Settings.model_fields.items() if f.validation_alias == variable)
    assert getattr(settings, name) is None


def test_the_model_alone_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    message = refusal(monkeypatch, TODO_ASSISTANT="cohere", COHERE_API_KEY="")
    assert message.startswith("TODO_ASSISTANT: cohere, and COHERE_API_KEY is unset or empty")
    settings = load(monkeypatch, TODO_ASSISTANT="cohere", COHERE_API_KEY="key")
    assert settings.assistant == "cohere"


def test_a_secret_from_elsewhere_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://todo@environment/todo")
    settings = load_settings({"DATABASE_URL": "postgresql://todo@sidecar/todo"})
    assert settings.database_url.get_secret_value() == "postgresql+asyncpg://todo@sidecar/todo"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("TODO_BACKEND_URL", "backend:8000"), ("TODO_SMOKE_USER", "Smoke"), ("TODO_SMOKE_USER", "")],
)
def test_a_wrong_setting_of_selfcheck_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=f"{variable}: .*Accepted: .*Next: export"):
        load_selfcheck_settings()


def test_selfcheck_needs_no_secret_of_the_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TODO_ENVIRONMENT", "oke")
    assert str(load_selfcheck_settings().backend_url) == "http://127.0.0.1:8000/"


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = refusal(monkeypatch, TODO_PORT="x", TODO_LOG_LEVEL="x").splitlines()
    assert [line.split(":")[0] for line in lines] == ["TODO_LOG_LEVEL", "TODO_PORT"]


def test_no_error_and_no_print_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    message = refusal(monkeypatch, **(OKE | {"DATABASE_URL": "mysql://todo:canary@db/todo"}))
    assert "canary" not in message
    assert "pa55" not in repr(load(monkeypatch, **OKE))


@pytest.mark.parametrize(
    ("given", "issuer"),
    [
        ("https://todo.example.com", "https://todo.example.com"),
        ("https://TODO.example.com:443/", "https://todo.example.com"),
        ("http://10.255.0.1:8000/", "http://10.255.0.1:8000"),
    ],
)
def test_the_issuer_is_spelled_as_browsers_spell_an_origin(
    monkeypatch: pytest.MonkeyPatch, given: str, issuer: str
) -> None:
    settings = load(monkeypatch, **(OKE | {"BETTER_AUTH_URL": given}))
    assert settings.issuer == issuer
    assert settings.jwks_url == f"{issuer}/api/auth/jwks"


def test_keys_may_be_read_inside_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = "http://todo-app-frontend/api/auth/jwks"
    settings = load(monkeypatch, **(OKE | {"BETTER_AUTH_JWKS_URL": inside}))
    assert (settings.jwks_url, settings.issuer) == (inside, "https://todo.example.com")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p%40@h:1/d", "postgresql+asyncpg://u:p%40@h:1/d"),
        (
            "postgresql://u:p@h/d?sslmode=require&channel_binding=require",
            "postgresql+asyncpg://u:p@h/d?sslmode=verify-full",
        ),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("sqlite:////tmp/x.db", "sqlite+aiosqlite:////tmp/x.db"),
    ],
)
def test_common_database_urls_are_understood(given: str, used: str) -> None:
    assert async_database_url(given) == used
