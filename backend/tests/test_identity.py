"""On a development machine a caller may say who it is; nowhere else."""

import httpx
import pytest
from fastapi import FastAPI

from services.identity import DEVELOPER, User, named_in_development
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


def test_outside_of_development_the_header_means_nothing(database_kind: str) -> None:
    settings = Settings.model_validate(OKE)
    signed_in = User(id="u1", name="Ada")
    assert named_in_development(signed_in, "smoke", settings) is signed_in
    assert named_in_development(signed_in, "not a name", settings) is signed_in


async def test_an_app_outside_of_development_ignores_the_header(app: FastAPI) -> None:
    app.state.settings = Settings.model_validate(OKE)
    async with running(app) as client:
        answer = await client.get("/api/me", headers={"X-Development-User": "smoke"})
    assert answer.json()["id"] == DEVELOPER.id
