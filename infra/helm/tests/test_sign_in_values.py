"""Both components hear of the same address, and new secrets of sign-in reach the pods."""

import pytest

from rendering import EVERYTHING, Chart, container

BACKEND, FRONTEND = ("Deployment", "todo-app-backend"), ("Deployment", "todo-app-frontend")
MIGRATION = ("Job", "todo-app-migration")


def setting(chart: Chart, name: tuple[str, str], variable: str, *arguments: str) -> str | None:
    """Read one plain value of a container's environment."""
    env = container(chart.one(*name, *arguments))["env"]
    return next((e["value"] for e in env if e["name"] == variable), None)


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ("gateway.url=https://todo.example.org:8443", "https://todo.example.org:8443"),
        ("gateway.host=todo.example.org", "http://todo.example.org"),
        (
            "gateway.host=todo.example.org,gateway.ingress.tlsSecretName=cert",
            "https://todo.example.org",
        ),
        (
            "gateway.host=todo.example.org,gateway.url=https://todo.example.org",
            "https://todo.example.org",
        ),
        (
            "gateway.host=*.example.org,gateway.url=https://todo.example.org",
            "https://todo.example.org",
        ),
        ("gateway.host=", "http://127.0.0.1:8000"),
    ],
)
def test_the_issuer_is_the_address_people_open_on_both_sides(
    chart: Chart, values: str, address: str
) -> None:
    given = {
        name: setting(chart, name, "BETTER_AUTH_URL", f"--set={values}")
        for name in (BACKEND, FRONTEND, MIGRATION)
    }
    assert given == dict.fromkeys(given, address)


def test_further_origins_and_proxies_reach_the_frontend_and_are_left_out_without(
    chart: Chart,
) -> None:
    lists = {
        "BETTER_AUTH_TRUSTED_ORIGINS": ("trustedOrigins", "http://a.example", "http://b.example"),
        "TODO_TRUSTED_PROXIES": ("trustedProxies", "10.0.0.0/24", "fd00::1"),
    }
    for variable, (value, first, second) in lists.items():
        arguments = f"--set=gateway.{value}[0]={first},gateway.{value}[1]={second}"
        assert setting(chart, FRONTEND, variable, arguments) == f"{first},{second}"
        assert setting(chart, FRONTEND, variable) is None


def test_new_secrets_restart_both_components(chart: Chart) -> None:
    changed = (*EVERYTHING, f"--set=secrets.values.betterAuthSecret={'0123456789' * 4}")
    for name in (BACKEND, FRONTEND):
        before, after = (chart.one(*name, *values) for values in (EVERYTHING, changed))
        assert before["spec"]["template"] != after["spec"]["template"]


def test_the_notes_warn_of_passwords_over_plain_http(chart: Chart) -> None:
    def notes(*values: str) -> str:
        done = chart.run(
            "install", "todo-app", "infra/helm/todo-app", "--dry-run=client", "--set", *values
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.partition("\nNOTES:\n")[2]

    plain = notes("environment=oke,gateway.host=todo.example.org")
    assert "http://todo.example.org   (signing in works there)" in plain
    assert "WARNING:   people sign in over plain HTTP" in plain
    assert "WARNING" not in notes("environment=oke,gateway.url=https://todo.example.org")
    assert "WARNING" not in notes("environment=local")
