"""Keys are asked for when they are needed, seldom, and never where a token says."""

import asyncio
from dataclasses import dataclass

import anyio
import httpx
import pytest

from errors import SignInUnavailable
from services.auth import jwks
from services.auth.jwks import FRESH_SECONDS, KEPT_SECONDS, PAUSE_SECONDS, JwksCache, parse
from tests.patience import PATIENCE_SECONDS
from tests.signers import KEYS_URL, Publisher, Signer
from tests.test_dapr_client import free_port

FIRST, SECOND = Signer("k1"), Signer("k2")


@dataclass
class Clock:
    """A clock that the test moves."""

    now: float = 1000

    def __call__(self) -> float:
        return self.now


def keys_of(publisher: Publisher, clock: Clock | None = None) -> JwksCache:
    return JwksCache(KEYS_URL, publisher.transport, clock or Clock())


async def test_keys_are_asked_for_at_the_first_need_and_not_again_while_they_are_fresh() -> None:
    published = Publisher(FIRST.jwk)
    keys = keys_of(published)
    assert published.asked == []
    for _ in range(3):
        assert (found := await keys.find("k1")) and found.key_id == "k1"
    assert published.asked == [KEYS_URL]


async def test_requests_at_the_same_time_share_one_question() -> None:
    published = Publisher(FIRST.jwk)
    keys = keys_of(published)
    found = await asyncio.gather(*(keys.find("k1") for _ in range(50)))
    assert all(found)
    assert published.asked == [KEYS_URL]


async def test_a_key_that_is_new_is_asked_for() -> None:
    published, clock = Publisher(FIRST.jwk), Clock()
    keys = keys_of(published, clock)
    await keys.find("k1")
    published.keys.append(SECOND.jwk)
    clock.now += PAUSE_SECONDS
    assert await keys.find("k2")
    assert await keys.find("k1")
    assert len(published.asked) == 2


async def test_however_many_unknown_keys_come_they_cost_one_question_in_a_while() -> None:
    published, clock = Publisher(FIRST.jwk), Clock()
    keys = keys_of(published, clock)
    assert await asyncio.gather(*(keys.find(f"unknown {n}") for n in range(100))) == [None] * 100
    assert len(published.asked) == 1
    clock.now += PAUSE_SECONDS
    assert await asyncio.gather(*(keys.find(f"unknown {n}") for n in range(100))) == [None] * 100
    assert len(published.asked) == 2
    assert await keys.find("k1")


async def test_a_key_that_was_withdrawn_is_forgotten_in_time() -> None:
    published, clock = Publisher(FIRST.jwk), Clock()
    keys = keys_of(published, clock)
    await keys.find("k1")
    published.keys = [SECOND.jwk]
    clock.now += FRESH_SECONDS
    assert await keys.find("k1") is None


async def test_keys_stay_in_use_while_nobody_answers() -> None:
    published, clock = Publisher(FIRST.jwk), Clock()
    keys = keys_of(published, clock)
    await keys.find("k1")
    published.answer = httpx.ConnectError("away")
    clock.now += 10 * FRESH_SECONDS
    assert await keys.find("k1")
    assert await keys.find("k1")
    assert len(published.asked) == 2
    with pytest.raises(SignInUnavailable):
        await keys.find("k2")
    asked = len(published.asked)
    clock.now += KEPT_SECONDS - 1
    assert await keys.find("k1")
    assert len(published.asked) == asked
    clock.now += 1
    assert await keys.find("k1")
    assert len(published.asked) == asked + 1
    published.answer = None
    clock.now += PAUSE_SECONDS
    assert await keys.find("k2") is None


async def test_keys_that_cannot_be_read_again_are_trusted_for_a_bounded_time() -> None:
    published, clock = Publisher(FIRST.jwk), Clock()
    keys = JwksCache(KEYS_URL, published.transport, clock, trusted=10 * FRESH_SECONDS)
    await keys.find("k1")
    published.answer = httpx.ConnectError("away")
    for _ in range(9):
        clock.now += FRESH_SECONDS
        assert await keys.find("k1")
    clock.now += FRESH_SECONDS - KEPT_SECONDS / 2
    assert await keys.find("k1")
    # The question that failed just before prolongs nothing.
    clock.now += KEPT_SECONDS / 2
    for _ in range(2):
        with pytest.raises(SignInUnavailable):
            await keys.find("k1")
    published.answer = None
    clock.now += PAUSE_SECONDS
    assert await keys.find("k1")


async def test_keys_that_are_read_again_are_trusted_on() -> None:
    published, clock = Publisher(FIRST.jwk), Clock()
    keys = JwksCache(KEYS_URL, published.transport, clock, trusted=2 * FRESH_SECONDS)
    for _ in range(5):
        assert await keys.find("k1")
        clock.now += FRESH_SECONDS


async def test_who_knows_the_key_does_not_wait_for_somebody_elses_question() -> None:
    published, clock = Publisher(FIRST.jwk), Clock()
    keys = keys_of(published, clock)
    await keys.find("k1")
    clock.now += FRESH_SECONDS
    published.open.clear()
    async with anyio.create_task_group() as group:
        group.start_soon(keys.find, "k1")
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(PATIENCE_SECONDS):
            assert await keys.find("k1")
        published.open.set()
    assert len(published.asked) == 2


async def test_a_question_that_its_asker_gave_up_is_asked_by_the_next() -> None:
    published = Publisher(FIRST.jwk)
    keys = keys_of(published)
    published.open.clear()
    with anyio.move_on_after(0.05):
        await keys.find("k1")
    published.open.set()
    assert await keys.find("k1")
    assert len(published.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(500, text="canary"),
        httpx.Response(302, headers={"Location": "https://evil.example.com/keys"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"keys": "k1"}),
        httpx.Response(200, json={"keys": []}),
        httpx.Response(200, json={"keys": [FIRST.jwk | {"x": "short"}]}),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_an_answer_without_keys_is_not_the_callers_fault(
    answer: httpx.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    published = Publisher()
    published.answer = answer
    with pytest.raises(SignInUnavailable) as caught:
        await keys_of(published).find("k1")
    assert (caught.value.status, caught.value.headers) == (503, {"Retry-After": "5"})
    assert published.asked == [KEYS_URL]
    assert KEYS_URL in caplog.text
    assert "BETTER_AUTH_JWKS_URL" in caplog.text


async def test_an_answer_that_never_comes_is_waited_for_a_bounded_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jwks, "ANSWER_SECONDS", 0.05)

    published = Publisher(FIRST.jwk)
    published.open.clear()
    with anyio.fail_after(PATIENCE_SECONDS), pytest.raises(SignInUnavailable):
        await keys_of(published).find("k1")


async def test_a_frontend_that_is_away_is_not_the_callers_fault() -> None:
    keys = JwksCache(f"http://127.0.0.1:{free_port()}/api/auth/jwks")
    with pytest.raises(SignInUnavailable):
        await keys.find("k1")
    await keys.close()


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "RSA", "alg": "RS256", "n": "AQAB", "e": "AQAB", "kid": "k2"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k2"},
        FIRST.jwk | {"kid": "k2", "alg": "ES256"},
        FIRST.jwk | {"kid": "k2", "crv": "Ed448"},
        FIRST.jwk | {"kid": "k2", "use": "enc"},
        FIRST.jwk | {"kid": 2},
        FIRST.jwk | {"kid": "k2", "x": None},
        "k2",
    ],
)
def test_what_is_no_key_of_ours_is_passed_over(entry: object) -> None:
    assert list(parse({"keys": [entry, FIRST.jwk]})) == ["k1"]


def test_a_private_key_published_by_mistake_cannot_sign_here() -> None:
    key = parse({"keys": [FIRST.jwk | {"d": "c2VjcmV0"}]})["k1"]
    assert not hasattr(key.key, "sign")
