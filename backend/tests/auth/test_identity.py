"""On a development machine a caller may say who it is, when the settings say so; nowhere else."""

import httpx
import pytest

from services.auth.identity import DevelopmentIdentity, TokenIdentity, create_identity
from settings import Settings
from tests.conftest import app_on, running
from tests.test_settings import OKE

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


async def test_without_the_header_the_caller_is_the_developer(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/me")).json() == {"id": "dev-user", "name": "Developer"}


async def test_the_header_names_the_caller(client: httpx.AsyncClient) -> None:
    headers = {"X-Development-User": "smoke"}
    assert (await client.get("/api/me", headers=headers)).json()["id"] == "smoke"
    made = await client.post("/api/smoke/tasks", json={"title": "x"}, headers=headers)
    assert made.status_code == 201
    assert (await client.get("/api/smoke/tasks")).status_code == 403
    assert (await client.get("/api/dev-user/tasks", headers=headers)).status_code == 403


@pytest.mark.parametrize("name", ["", "Smoke", "a b", "../x", "x" * 41, "smoke\\n"])
async def test_a_name_that_is_none_is_refused(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get("/api/me", headers={"X-Development-User": name})
    assert answer.status_code == 422
    assert "Accepted: 1 to 40" in answer.json()["detail"]


@pytest.mark.parametrize("environment", ["local", "test"])
async def test_both_development_environments_take_it(database_url: str, environment: str) -> None:
    async with running(app_on(database_url, environment=environment)) as client:
        answer = await client.get("/api/me", headers={"X-Development-User": "smoke"})
    assert answer.json()["id"] == "smoke"


async def test_who_calls_is_not_believed_unless_the_settings_say_so(database_kind: str) -> None:
    assert isinstance(create_identity(Settings()), TokenIdentity)
    assert isinstance(create_identity(Settings.model_validate(OKE)), TokenIdentity)
    assert isinstance(create_identity(Settings(identity="development")), DevelopmentIdentity)
