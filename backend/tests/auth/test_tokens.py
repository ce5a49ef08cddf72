"""A token is believed when sign-in has signed it for this API, and in no other case."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from jwt.algorithms import ECAlgorithm

from services.auth.identity import TokenIdentity
from services.auth.jwks import JwksCache
from tests.conftest import app_on, running
from tests.signers import ISSUER, KEYS_URL, Publisher, Signer, claims

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

SIGN_IN = Signer()
EVIL = Signer()
ELLIPTIC = ec.generate_private_key(ec.SECP256R1())
_ELLIPTIC_JWK = ECAlgorithm.to_jwk(ELLIPTIC.public_key(), as_dict=True) | {"kid": "ec"}
NOW = int(time.time())


@pytest.fixture
def published() -> Publisher:
    return Publisher(SIGN_IN.jwk, _ELLIPTIC_JWK)


@pytest.fixture
def app(database_url: str, published: Publisher) -> FastAPI:
    app = app_on(database_url, identity="token")
    app.state.identity = TokenIdentity(JwksCache(KEYS_URL, published.transport), ISSUER)
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    async with running(app) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def segment(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(algorithm: str) -> str:
    return f"{segment({'alg': algorithm, 'kid': 'k1'})}.{segment(claims())}."


def confused(secret: bytes) -> str:
    """Sign with the public key, which everybody knows, as if it were a shared secret."""
    start = f"{segment({'alg': 'HS256', 'kid': 'k1'})}.{segment(claims())}"
    return f"{start}.{segment(hmac.digest(secret, start.encode(), hashlib.sha256))}"


def tampered(part: int, change: Callable[[str], str]) -> str:
    parts = SIGN_IN.sign().split(".")
    parts[part] = change(parts[part])
    return ".".join(parts)


RAW = SIGN_IN.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
PEM = SIGN_IN.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
ELSEWHERE = "https://evil.example.com/keys"

ATTACKS: dict[str, tuple[str, str]] = {
    "alg none": (unsigned("none"), "not signed with EdDSA"),
    "alg None": (unsigned("None"), "not signed with EdDSA"),
    "no alg": (f"{segment({'kid': 'k1'})}.{segment(claims())}.", "not signed with EdDSA"),
    "key confusion, raw key": (confused(RAW), "not signed with EdDSA"),
    "key confusion, PEM": (confused(PEM), "not signed with EdDSA"),
    "key confusion, JWK": (confused(json.dumps(SIGN_IN.jwk).encode()), "not signed with EdDSA"),
    "another algorithm, its own key": (
        jwt.encode(claims(), ELLIPTIC, "ES256", {"kid": "ec"}),
        "not signed with EdDSA",
    ),
    "key of another algorithm": (SIGN_IN.sign(kid="ec"), "key that is not known"),
    "expired": (SIGN_IN.sign(claims(exp=NOW - 60)), "has expired"),
    "no expiry": (SIGN_IN.sign(claims(exp=None)), "malformed"),
    "expiry that is no number": (SIGN_IN.sign(claims(exp="soon")), "malformed"),
    "expiry as text": (SIGN_IN.sign(claims(exp=str(NOW + 3600))), "malformed"),
    "expiry as a truth": (SIGN_IN.sign(claims(exp=True)), "has expired"),
    "expiry beyond the calendar": (SIGN_IN.sign(claims(exp=10**15)), "malformed"),
    "endless expiry": (SIGN_IN.sign(claims(exp=float("inf"))), "malformed"),
    "expiry that is no number at all": (SIGN_IN.sign(claims(exp=float("nan"))), "malformed"),
    "expiry that is a list": (SIGN_IN.sign(claims(exp=[NOW + 3600])), "malformed"),
    "endless start": (SIGN_IN.sign(claims(nbf=float("inf"))), "malformed"),
    "issued at no number": (SIGN_IN.sign(claims(iat=[NOW])), "malformed"),
    "issuer that is a list": (
        SIGN_IN.sign_text(json.dumps(claims(iss=[ISSUER]))),
        "another issuer",
    ),
    "subject that is a number": (SIGN_IN.sign(claims(sub=1)), "malformed"),
    "subject that is half a character": (SIGN_IN.sign(claims(sub="u\ud800")), "names nobody"),
    "subject with a NUL": (SIGN_IN.sign(claims(sub="u\x00")), "names nobody"),
    "subject of two lines": (SIGN_IN.sign(claims(sub="u1\nu2")), "names nobody"),
    "payload nested without an end": (SIGN_IN.sign_text("[" * 20_000), "malformed"),
    "payload that is a list": (SIGN_IN.sign_text("[]"), "malformed"),
    "header nested without an end": (f"{segment(b'[' * 20_000)}.e30.AAAA", "not a token"),
    "key id that is half a character": (EVIL.sign(kid="\ud800"), "key that is not known"),
    "key id that is a list": (
        f"{segment({'alg': 'EdDSA', 'kid': ['k1']})}.{segment(claims())}.AAAA",
        "not a token",
    ),
    "not yet valid": (SIGN_IN.sign(claims(nbf=NOW + 3600)), "not valid yet"),
    "issued in the future": (SIGN_IN.sign(claims(iat=NOW + 3600)), "not valid yet"),
    "wrong audience": (SIGN_IN.sign(claims(aud="other-api")), "another audience"),
    "several audiences": (SIGN_IN.sign(claims(aud=["todo-api", "other"])), "another audience"),
    "no audience": (SIGN_IN.sign(claims(aud=None)), "malformed"),
    "wrong issuer": (SIGN_IN.sign(claims(iss="https://evil.example.com")), "another issuer"),
    "almost the issuer": (SIGN_IN.sign(claims(iss=f"{ISSUER}/")), "another issuer"),
    "no subject": (SIGN_IN.sign(claims(sub=None)), "malformed"),
    "empty subject": (SIGN_IN.sign(claims(sub="")), "names nobody"),
    "endless subject": (SIGN_IN.sign(claims(sub="u" * 256)), "names nobody"),
    "tampered payload": (tampered(1, lambda _: segment(claims(sub="u2"))), "signature is wrong"),
    "tampered signature": (tampered(2, lambda old: segment(bytes(64))), "signature is wrong"),
    "no signature": (tampered(2, lambda _: ""), "signature is wrong"),
    "signature of another token": (
        tampered(2, lambda _: SIGN_IN.sign(claims(sub="u2")).split(".")[2]),
        "signature is wrong",
    ),
    "signed by somebody else": (EVIL.sign(), "signature is wrong"),
    "one word": ("wxyz", "not a token"),
    "three words": ("a.b.c", "not a token"),
    "payload that is no object": (
        SIGN_IN.sign().split(".")[0] + f".{segment([])}.{segment(bytes(64))}",
        "signature is wrong",
    ),
    "no key id": (EVIL.sign(kid=""), "names no key"),
    "key id with a path in it": (EVIL.sign(kid="../../jwks?x=1#y"), "key that is not known"),
    "key id that is an address": (EVIL.sign(kid=ELSEWHERE), "key that is not known"),
    "key id that is a statement": (EVIL.sign(kid="k1' OR '1'='1"), "key that is not known"),
    "key id of nobody": (EVIL.sign(kid="k2"), "key that is not known"),
    "embedded key": (EVIL.sign(jwk=EVIL.jwk), "signature is wrong"),
    "address of a key set": (EVIL.sign(jku=ELSEWHERE), "signature is wrong"),
    "address of a certificate": (EVIL.sign(x5u=ELSEWHERE), "signature is wrong"),
    "embedded certificate": (EVIL.sign(x5c=["MIIB"]), "signature is wrong"),
    "embedded key under an unknown id": (
        EVIL.sign(kid="k2", jwk=EVIL.jwk, jku=ELSEWHERE),
        "key that is not known",
    ),
    "a critical extension": (SIGN_IN.sign(crit=["exp"], exp=NOW + 3600), "not a token"),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_bad_token_is_refused_and_nobody_is_asked_for_what_it_says(
    client: httpx.AsyncClient, published: Publisher, attack: str
) -> None:
    token, reason = ATTACKS[attack]
    answer = await client.get("/api/u1/tasks", headers=bearer(token))
    assert answer.status_code == 401, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:todo:problem:not-signed-in"
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="todo", error="invalid_token", error_description="')
    assert reason in challenge
    assert reason in answer.json()["detail"]
    assert token not in answer.text
    assert set(published.asked) <= {KEYS_URL}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer"}, {"Authorization": "Basic dTE6cHc="}, {"Authorization": ""}],
)
async def test_without_a_token_the_caller_is_asked_for_one(
    client: httpx.AsyncClient, published: Publisher, headers: dict[str, str]
) -> None:
    for path in ("/api/me", "/api/u1/tasks", "/api/u1/activity", "/api/u1/stream"):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="todo"'
        assert "Next: sign in" in answer.json()["detail"]
    assert published.asked == []


async def test_no_header_of_development_replaces_a_token(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/me", headers={"X-Development-User": "u1"})
    assert answer.status_code == 401


async def test_who_has_a_good_token_is_its_subject(client: httpx.AsyncClient) -> None:
    headers = bearer(SIGN_IN.sign())
    assert (await client.get("/api/me", headers=headers)).json() == {"id": "u1", "name": "Ada"}
    made = await client.post("/api/u1/tasks", json={"title": "x"}, headers=headers)
    assert made.status_code == 201


async def test_all_but_health_is_described_as_wanting_a_token(app: FastAPI) -> None:
    document = app.openapi()
    (scheme,) = document["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")
    operations = {
        f"{method} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    public = {name for name, operation in operations.items() if not operation.get("security")}
    assert public == {name for name in operations if name.startswith("get /api/health")}
    for name in set(operations) - public:
        assert {"401", "503"} <= set(operations[name]["responses"]), name


async def test_a_token_without_a_name_shows_its_subject(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/me", headers=bearer(SIGN_IN.sign(claims(name=None))))
    assert answer.json() == {"id": "u1", "name": "u1"}


@pytest.mark.parametrize("name", ["A\ud800", "A\x00", 5, ["Ada"], "", "\u200b"])
async def test_a_name_that_cannot_be_shown_is_replaced_by_the_subject(
    client: httpx.AsyncClient, name: Any
) -> None:
    answer = await client.get("/api/me", headers=bearer(SIGN_IN.sign(claims(name=name))))
    assert (answer.status_code, answer.json()) == (200, {"id": "u1", "name": "u1"})


async def test_clocks_may_differ_a_little(client: httpx.AsyncClient) -> None:
    for changed in ({"exp": int(time.time()) - 3}, {"iat": int(time.time()) + 3}):
        token = SIGN_IN.sign(claims(**changed))
        assert (await client.get("/api/me", headers=bearer(token))).status_code == 200


async def test_another_users_path_is_refused_and_names_the_own(client: httpx.AsyncClient) -> None:
    headers = bearer(SIGN_IN.sign())
    for path in ("/api/u2/tasks", "/api/u2/activity", "/api/u2/stream", "/api/U1/tasks"):
        answer = await client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (
            403,
            "urn:todo:problem:not-your-data",
        )
        assert "/api/u1/" in answer.json()["detail"]


async def test_a_stream_ends_with_its_token(client: httpx.AsyncClient) -> None:
    token = SIGN_IN.sign(claims(exp=int(time.time()) + 1))
    answer = await client.get("/api/u1/stream", headers=bearer(token))
    assert answer.status_code == 200
    assert "retry:" in answer.text
