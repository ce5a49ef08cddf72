"""Both sides of sign-in together: the frontend as it is released gives tokens, the backend takes
them."""

import json
import sqlite3
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

import backend
import databases
import frontend
from broker import free_port

PERSON = {"name": "Ann", "email": "ann@example.com", "password": "correct horse"}


@dataclass(frozen=True)
class Both:
    """Hold both sides on one database."""

    frontend: frontend.Frontend
    backend: backend.Backend
    database: Path

    def call(self, token: str, path: str = "/api/me") -> int:
        """Call the backend with a token and return the status."""
        return self.backend.call("GET", path, authorization=f"Bearer {token}")[0]


@contextmanager
def both(folder: Path) -> Generator[Both]:
    """Run both sides on a database of their own."""
    url = databases.sqlite(folder)
    databases.migrate(url)
    with (
        frontend.running(folder, free_port(), url) as pages,
        backend.running(
            folder,
            free_port(),
            DATABASE_URL=url,
            BETTER_AUTH_URL=pages.url,
            TODO_IDENTITY="token",
        ) as api,
    ):
        backend.wait(api)
        yield Both(pages, api, folder / "todo.db")


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Generator[Both]:
    """Give both sides to tests that leave them as they are."""
    with both(tmp_path_factory.mktemp("sign-in")) as found:
        yield found


def sign_up(person: httpx.Client, email: str) -> str:
    """Sign up and return the user's id."""
    answer = person.post("/api/auth/sign-up/email", json={**PERSON, "email": email})
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()["user"]["id"]


def token_of(person: httpx.Client) -> str:
    """Take a token, as the pages do."""
    answer = person.get("/api/auth/token")
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()["token"]


def test_who_signed_up_works_with_tasks_of_their_own(sides: Both) -> None:
    with sides.frontend.person() as ann, sides.frontend.person() as bob:
        ann_id, bob_id = sign_up(ann, "ann@example.com"), sign_up(bob, "bob@example.com")
        headers = {"authorization": f"Bearer {token_of(ann)}"}
        status, me = sides.backend.call("GET", "/api/me", **headers)
        assert (status, me) == (200, {"id": ann_id, "name": "Ann"})
        path = f"/api/{ann_id}/tasks"
        assert sides.backend.call("POST", path, {"title": "Call"}, **headers)[0] == 201
        assert sides.call(token_of(ann), path) == 200
        assert sides.call(token_of(bob), path) == 403
        assert sides.call(token_of(bob), f"/api/{bob_id}/tasks") == 200
        assert sides.backend.call("GET", path)[0] == 401


def test_who_signs_out_gets_no_further_token(sides: Both) -> None:
    with sides.frontend.person() as person:
        sign_up(person, "leaving@example.com")
        stolen = dict(person.cookies)
        assert person.post("/api/auth/sign-out", json={}).status_code == httpx.codes.OK
        person.cookies.update(stolen)
        assert person.get("/api/auth/token").status_code == httpx.codes.UNAUTHORIZED


def test_the_smoke_user_signs_up_once_and_in_from_then_on(sides: Both) -> None:
    for _ in range(2):
        done = backend.run(
            "selfcheck",
            "--checks",
            "sign-in,events,outbox",
            TODO_BACKEND_URL=f"http://127.0.0.1:{sides.backend.port}",
            TODO_FRONTEND_URL=sides.frontend.url,
            TODO_SMOKE_PASSWORD="a password of tests",
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0, done.stdout + done.stderr
        assert [line["check"] for line in lines] == ["sign-in", "events", "outbox"]
    with sqlite3.connect(sides.database) as database:
        found = database.execute("SELECT name FROM auth_users WHERE email LIKE 'smoke+%'")
        assert found.fetchall() == [("smoke",)]


def test_callers_without_the_gateways_header_are_counted_by_their_own_address(sides: Both) -> None:
    wrong = {"email": "nobody", "password": "12345678"}
    with sides.frontend.person() as person:
        statuses = [
            person.post("/api/auth/sign-in/email", json=wrong).status_code for _ in range(11)
        ]
        assert (statuses[0], statuses[-1]) == (400, 429)
        headers = {"X-Forwarded-For": "203.0.113.7"}
        other = person.post("/api/auth/sign-in/email", json=wrong, headers=headers)
        assert other.status_code == httpx.codes.BAD_REQUEST
    with sqlite3.connect(sides.database) as database:
        keys = {row[0] for row in database.execute("SELECT key FROM auth_rate_limits")}
    assert {"127.0.0.1|/sign-in/email", "203.0.113.7|/sign-in/email"} <= keys


def test_a_new_key_is_taken_and_tokens_of_the_old_one_stay_good(tmp_path: Path) -> None:
    with both(tmp_path) as sides, sides.frontend.person() as person:
        sign_up(person, "ann@example.com")
        old = token_of(person)
        assert sides.call(old) == 200
        # Thirty days later, as far as the key can tell.
        with sqlite3.connect(sides.database) as database:
            database.execute("UPDATE auth_jwks SET expires_at = ?", (_seconds_ago(1),))
        new = token_of(person)
        assert new.split(".")[0] != old.split(".")[0]
        until = time.monotonic() + 30
        while sides.call(new) != 200:
            assert time.monotonic() < until
            time.sleep(0.5)
        assert sides.call(old) == 200
        # And nobody needs the frontend for what is known.
        sides.frontend.process.terminate()
        sides.frontend.process.wait(20)
        assert sides.call(new) == 200
        assert sides.call(old) == 200


def test_wrong_settings_end_the_start_with_one_line_each(tmp_path: Path) -> None:
    log = tmp_path / "frontend.log"
    process = frontend.start(free_port(), log, TODO_ENVIRONMENT="oke")
    try:
        assert process.wait(60) == 1
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    said = log.read_text()
    for variable in ("DATABASE_URL", "BETTER_AUTH_SECRET", "BETTER_AUTH_URL"):
        assert f"\n{variable}: unset. Accepted: " in f"\n{said}"


def _seconds_ago(seconds: float) -> str:
    moment = time.gmtime(time.time() - seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", moment)
