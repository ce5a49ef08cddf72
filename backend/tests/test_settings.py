"""A wrong or unsafe setting is refused, named, and answered with the next step."""

import pytest

from services.identity import development_user
from settings import ConfigurationError, Settings, async_database_url, load_settings

SECRET = "f3b1c2d4e5a697887766554433221100"
OKE = {
    "TODO_ENVIRONMENT": "oke",
    "DATABASE_URL": "postgresql://todo:pa55@db:5432/todo",
    "BETTER_AUTH_SECRET": SECRET,
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
        ("TODO_ENVIRONMENT", "production"),
        ("TODO_PORT", "0"),
        ("TODO_PORT", "http"),
        ("TODO_HOST", ""),
        ("TODO_DRAIN_SECONDS", "-1"),
        ("TODO_LOG_LEVEL", "loud"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "todo.db"),
        ("DATABASE_URL", "mysql://todo@db/todo"),
        ("DATABASE_URL", "postgresql://todo@db"),
        ("DATABASE_URL", "sqlite:///todo.db"),
        ("BETTER_AUTH_SECRET", ""),
        ("BETTER_AUTH_SECRET", "short"),
        ("BETTER_AUTH_SECRET", "x" * 64),
    ],
)
def test_a_wrong_value_is_named_with_what_is_accepted_and_a_command(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    message = refusal(monkeypatch, **(OKE | {variable: value}))
    assert message.startswith(f"{variable}: ")
    assert "Accepted: " in message
    assert f"Next: export {variable}=" in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("variable", ["DATABASE_URL", "BETTER_AUTH_SECRET"])
def test_a_default_is_refused_outside_local(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    kept = {name: value for name, value in OKE.items() if name != variable}
    assert refusal(monkeypatch, **kept).startswith(f"{variable}: ")


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = refusal(monkeypatch, TODO_PORT="x", TODO_LOG_LEVEL="x").splitlines()
    assert [line.split(":")[0] for line in lines] == ["TODO_PORT", "TODO_LOG_LEVEL"]


def test_no_error_and_no_print_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    message = refusal(monkeypatch, **(OKE | {"DATABASE_URL": "mysql://todo:canary@db/todo"}))
    assert "canary" not in message
    assert "pa55" not in repr(load(monkeypatch, **OKE))
    assert SECRET not in repr(load(monkeypatch, **OKE))


def test_the_development_identity_exists_on_development_machines_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert development_user(load(monkeypatch)).id == "dev-user"
    with pytest.raises(ConfigurationError, match=r"TODO_ENVIRONMENT=oke.*Next: "):
        development_user(load(monkeypatch, **OKE))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p%40@h:1/d", "postgresql+asyncpg://u:p%40@h:1/d"),
        (
            "postgresql://u:p@h/d?sslmode=require&channel_binding=require",
            "postgresql+asyncpg://u:p@h/d?ssl=require",
        ),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("sqlite:////tmp/x.db", "sqlite+aiosqlite:////tmp/x.db"),
    ],
)
def test_common_database_urls_are_understood(given: str, used: str) -> None:
    assert async_database_url(given) == used
