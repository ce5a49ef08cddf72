"""The smoke user signs in as people do, and what stops it is named with where to look."""

import anyio
import httpx
import pytest

from services.dapr_client import DaprClient
from services.selfcheck import runner
from services.selfcheck.backend_client import Backend
from services.selfcheck.context import REMOVE_SECONDS, SelfcheckContext
from services.selfcheck.events import EVENTS_SECONDS
from services.selfcheck.jobs import JOBS_SECONDS
from services.selfcheck.outbox import OUTBOX_SECONDS
from services.selfcheck.runner import Line
from services.selfcheck.secrets import SECRETS_SECONDS
from services.selfcheck.sign_in import SIGN_IN_SECONDS, sign_in
from services.selfcheck.smoke_user import SmokeUser
from services.selfcheck.state import STATE_SECONDS
from tests.patience import PATIENCE_SECONDS
from tests.selfcheck.test_selfcheck import EMPTY, FakeBackend, smoke
from tests.signers import FrontDoor, Signer
from tests.test_dapr_client import free_port

SIGN_IN = Signer()

# The deadline that the chart gives the Job.
POD_SECONDS = 140


async def check(front: FrontDoor, backend: FakeBackend | None = None) -> Line:
    transport = httpx.MockTransport(backend or FakeBackend(EMPTY))
    async with smoke(front) as person, Backend("http://backend", person, transport) as api:
        return await runner.check_one("sign-in", SelfcheckContext(DaprClient(3500), "store", api))


async def test_the_first_time_it_signs_up_and_later_it_signs_in() -> None:
    front = FrontDoor(SIGN_IN)
    first, second = await check(front), await check(front)
    assert first.passed, first
    assert second.passed, second
    assert front.asked == ["sign-in/email", "sign-up/email", "token", "sign-in/email", "token"]
    (email,) = front.accounts
    assert first.evidence == f"{email} is user u1"
    assert email.startswith("smoke+")
    assert email.endswith("@smoke.invalid")
    assert "a password" not in first.evidence


async def test_a_cookie_for_tls_alone_is_used_inside_the_cluster_too() -> None:
    assert (await check(FrontDoor(SIGN_IN, "__Secure-todo.session_token=abc"))).passed


async def test_with_another_password_it_is_somebody_else() -> None:
    emails = {SmokeUser("http://frontend", "smoke", word).email for word in ("one", "two", "one")}
    assert len(emails) == 2


async def test_it_signs_in_once_for_all_checks() -> None:
    front = FrontDoor(SIGN_IN)
    transport = httpx.MockTransport(FakeBackend(EMPTY))
    async with smoke(front) as person, Backend("http://backend", person, transport) as api:
        await api.sign_in()
        await api.create_task()
    assert front.asked.count("token") == 1


async def test_a_frontend_that_is_not_there_yet_is_asked_again() -> None:
    front = FrontDoor(SIGN_IN)
    front.answers = [httpx.ConnectError("gone"), httpx.Response(503)]
    assert (await check(front)).passed


@pytest.mark.parametrize(
    ("answers", "evidence"),
    [
        (
            [httpx.Response(429, json={"message": "Too many requests."})],
            "POST /api/auth/sign-in/email answered 429: Too many requests.",
        ),
        (
            [httpx.Response(401), httpx.Response(400, json={"message": "Password too short"})],
            "POST /api/auth/sign-up/email answered 400: Password too short",
        ),
        (
            [httpx.Response(200), httpx.Response(500, text="oops")],
            "GET /api/auth/token answered 500: oops",
        ),
    ],
)
async def test_a_frontend_that_refuses_is_quoted(
    answers: list[httpx.Response | Exception], evidence: str
) -> None:
    front = FrontDoor(SIGN_IN)
    front.answers = answers
    line = await check(front)
    assert (line.passed, line.evidence) == (False, evidence)
    assert "-c frontend" in line.next_step


async def test_a_backend_that_takes_no_token_is_quoted_with_what_to_compare() -> None:
    detail = {"detail": "The token is from another issuer."}
    line = await check(FrontDoor(SIGN_IN), FakeBackend(EMPTY, me=httpx.Response(401, json=detail)))
    assert (line.passed, line.evidence) == (
        False,
        "GET /api/me answered 401: The token is from another issuer.",
    )
    assert "BETTER_AUTH_URL" in line.next_step


async def test_without_a_password_nobody_is_asked() -> None:
    async with (
        SmokeUser("http://frontend", "smoke", "") as person,
        Backend("http://backend", person) as backend,
    ):
        line = await runner.check_one(
            "sign-in", SelfcheckContext(DaprClient(3500), "store", backend)
        )
    assert (line.passed, "TODO_SMOKE_PASSWORD" in line.evidence) == (False, True)


async def test_a_frontend_that_stays_away_ends_in_time() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    async with SmokeUser(url, "smoke", "x") as person, Backend("http://backend", person) as backend:
        with anyio.fail_after(PATIENCE_SECONDS):
            place = SelfcheckContext(DaprClient(3500), "store", backend)
            outcome = await sign_in(place, seconds=0.5)
    assert (outcome.passed, outcome.evidence) == (False, "no answer within 0.5 s")


def test_all_checks_together_end_before_their_pod_does() -> None:
    most = (
        SECRETS_SECONDS
        + SIGN_IN_SECONDS
        + STATE_SECONDS
        + EVENTS_SECONDS
        + JOBS_SECONDS
        + 2 * REMOVE_SECONDS
        + OUTBOX_SECONDS
    )
    assert most < POD_SECONDS
