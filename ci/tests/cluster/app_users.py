"""People of the tests: signed up through the gateway like anybody, with tokens that stay good."""

import base64
import json
import secrets
import threading
import time
from dataclasses import dataclass, field

import httpx
import lab

GATEWAY = "http://127.0.0.1:8000"
RENEW_BEFORE = 60


@dataclass
class Person:
    """Hold the session of one person, and the token taken last."""

    cookies: httpx.Cookies
    token: str = ""
    good_until: float = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


_PEOPLE: dict[str, Person] = {}


def sign_up(name: str) -> str:
    """Make an account, sign it in, and return the id of its user."""
    body = {
        "name": name,
        "email": f"{name}@example.com",
        "password": secrets.token_urlsafe(),
    }
    answers: list[httpx.Response] = []

    def signed_up() -> bool:
        answers.append(_call("POST", "/sign-up/email", json=body))
        # All tests come from one address, of which only so many are let in at once.
        return answers[-1].status_code != 429

    lab.until(f"{name} may sign up", signed_up, 180)
    assert answers[-1].is_success, answers[-1].text
    user: str = answers[-1].json()["user"]["id"]
    _PEOPLE[user] = Person(answers[-1].cookies)
    # Taken now, so that nothing but the backend is needed for as long as it lasts.
    token(user)
    return user


def token(user: str) -> str:
    """Give the token of somebody who signed up, renewed when it ends within a minute."""
    person = _PEOPLE[user]
    with person.lock:
        if time.time() > person.good_until - RENEW_BEFORE:
            answer = _call("GET", "/token", cookies=person.cookies)
            assert answer.is_success, answer.text
            person.token = answer.json()["token"]
            payload = person.token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            person.good_until = claims["exp"]
        return person.token


def _call(
    method: str,
    path: str,
    *,
    json: dict[str, str] | None = None,
    cookies: httpx.Cookies | None = None,
) -> httpx.Response:
    with httpx.Client(base_url=f"{GATEWAY}/api/auth", cookies=cookies, trust_env=False) as client:
        return client.request(method, path, json=json, timeout=10)
