"""The sidecar of the selfcheck's pod is told to end with it; whether it does changes no verdict."""

from functools import partial

import httpx
import pytest

from cli import selfcheck
from services.dapr_client import DaprClient
from settings import SelfcheckSettings
from tests.test_dapr_client import free_port


def with_sidecar(monkeypatch: pytest.MonkeyPatch, answer: httpx.Response) -> list[str]:
    asked: list[str] = []

    def sidecar(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        return answer

    client = partial(DaprClient, transport=httpx.MockTransport(sidecar))
    monkeypatch.setattr(selfcheck, "DaprClient", client)
    return asked


async def fine(*_: object) -> bool:
    return True


async def wrong(*_: object) -> bool:
    return False


@pytest.mark.parametrize("status", [204, 500])
@pytest.mark.parametrize(("made", "code"), [(fine, 0), (wrong, 1)])
async def test_the_sidecar_is_told_to_end_after_the_checks(
    made: object, code: int, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = with_sidecar(monkeypatch, httpx.Response(status))
    monkeypatch.setattr(selfcheck.runner, "check_all", made)
    assert await selfcheck.check(SelfcheckSettings(), []) == code
    assert asked == ["POST /v1.0/shutdown"]


async def test_a_sidecar_that_is_away_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selfcheck.runner, "check_all", fine)
    assert await selfcheck.check(SelfcheckSettings(dapr_http_port=free_port()), []) == 0
