"""Whatever a client sends: no 5xx, every answer is as openapi.json describes it."""

import threading
import time
import uuid
from collections.abc import Generator
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from services.auth.identity import TokenIdentity
from services.auth.jwks import JwksCache
from tests.conftest import app_on
from tests.signers import ISSUER, KEYS_URL, Publisher, Signer, claims

EXAMPLES = 10
SIGN_IN = Signer()
TOKEN = SIGN_IN.sign(claims(sub="dev-user", exp=int(time.time()) + 3600))
# 304, 412 and 428 say that valid data met another version of the task, the same, or named none.
CONFIG: dict[str, Any] = {
    # Left out and spoiled now and then, to see that nothing is answered without it.
    "auth": {"openapi": {"token": {"bearer": TOKEN}}},
    "checks": {
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "304", "403", "404", "412", "428"],
        }
    },
}


@pytest.fixture
def client(database_url: str) -> Generator[httpx.Client]:
    """Serve the app over a real socket, and yield a client of it."""
    app = app_on(database_url, identity="token")
    keys = JwksCache(KEYS_URL, Publisher(SIGN_IN.jwk).transport)
    app.state.identity = TokenIdentity(keys, ISSUER)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    # Loading certificates, of no use here, costs more than a request.
    url, headers = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=url, headers=headers, verify=False) as client:
        yield client
    server.should_exit = True
    thread.join()


@pytest.fixture
def statuses() -> Generator[set[int]]:
    """Collect the statuses of one operation; one that never succeeds was not tested at all."""
    seen: set[int] = set()
    yield seen
    assert any(200 <= status < 300 for status in seen), f"no success, only {sorted(seen)}"


def described_for_the_developer() -> Any:
    """Return the description with the one user id a test may use."""
    document = app_on("sqlite://").openapi()
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "user_id":
                    parameter["schema"] = {"type": "string", "enum": ["dev-user"]}
    config: Any = SchemathesisConfig
    return schemathesis.openapi.from_dict(document, config=config.from_dict(CONFIG))


# Its own types are only partly known to a strict checker.
Case = Any
# A stream has no end; it has tests of its own.
schema = described_for_the_developer().exclude(operation_id="stream_activity")


# The server is a thread of this process: the ids of its spans come from `random`, of which
# Hypothesis believes that a strategy had used it.
@pytest.mark.filterwarnings("ignore:Do not use the .random. module")
# PostgreSQL alone: it refuses all that SQLite does, and more.
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
# What the server's thread does is not seen anyway, and making up requests takes half as long again.
@pytest.mark.no_cover
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_answer_fits_the_description(
    case: Case, client: httpx.Client, statuses: set[int]
) -> None:
    aim_at_a_task_that_exists(case, client)
    answer = case.call_and_validate(base_url=str(client.base_url))
    statuses.add(answer.status_code)


def aim_at_a_task_that_exists(case: Case, client: httpx.Client) -> None:
    """Swap valid random values for real ones; invalid requests stay as they are."""
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    if is_uuid(case.path_parameters.get("task_id")):
        new = client.post("/api/dev-user/tasks", json={"title": "a task"})
        case.path_parameters["task_id"] = new.json()["id"]
    if is_uuid(case.path_parameters.get("notice_id")):
        case.path_parameters["notice_id"] = some_notice(client)
    if is_uuid(case.path_parameters.get("conversation_id")):
        case.path_parameters["conversation_id"] = some_conversation(client)
    if is_uuid(case.path_parameters.get("token_id")):
        made = client.post("/api/dev-user/tokens", json={"name": "a token"})
        case.path_parameters["token_id"] = made.json()["id"]
    body: Any = case.body
    if isinstance(body, dict) and "time_zone" in body:
        body["time_zone"] = "Europe/Berlin"
    for planned in ("due_at", "remind_at"):
        # Of all moments the description's language cannot say which years are accepted.
        if isinstance(body, dict) and planned in body and body[planned]:
            body[planned] = "2026-03-01T09:00:00Z"
    if "If-Match" in case.headers:
        case.headers["If-Match"] = '"1"'
    if "Idempotency-Key" in case.headers:
        # The generator likes short ones, and gives them to one body after the other.
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if "If-None-Match" in case.headers:
        case.headers["If-None-Match"] = '"9"'
    case.query.pop("cursor", None)


def some_notice(client: httpx.Client) -> str:
    """Return the id of a notice, and set a reminder that is past when there is none."""
    due = {"title": "due", "remind_at": "2026-02-01T12:00:00Z"}
    found: list[dict[str, str]] = []
    for attempt in range(200):
        found = client.get("/api/dev-user/notices").json()["items"]
        if found:
            break
        if not attempt:
            client.post("/api/dev-user/tasks", json=due)
        time.sleep(0.05)
    return found[0]["id"]


def some_conversation(client: httpx.Client) -> str:
    """Return the id of a conversation in which something was said."""
    headers = {"Accept": "application/json"}
    said = client.post("/api/dev-user/chat", json={"message": "hello"}, headers=headers)
    return said.json()["conversation_id"]


def is_uuid(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True
