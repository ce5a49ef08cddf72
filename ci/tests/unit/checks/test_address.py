"""The promise: a release passes at an address only where people can sign in there."""

import json
from typing import Any

import pytest
from fake_cluster import FakeCluster

from todo_ci.checks.address import address
from todo_ci.cluster import helm
from todo_ci.commands import verify
from todo_ci.reports.report import CheckStatus


def judged(at: str, **gateway: Any) -> CheckStatus:
    return address(json.dumps({"gateway": gateway}), at).status


@pytest.mark.parametrize(
    ("url", "gateway"),
    [
        ("https://todo.test", {"url": "https://todo.test"}),
        ("https://todo.test/", {"url": "https://todo.test"}),
        ("https://TODO.test:443", {"url": "https://todo.test"}),
        ("http://10.0.0.1:8000", {"url": "https://a.test", "trustedOrigins": ["http://10.0.0.1:8000"]}),
        ("http://todo.test", {"url": "", "host": "todo.test"}),
        ("https://todo.test", {"host": "todo.test", "ingress": {"tlsSecretName": "tls"}}),
    ],
)  # fmt: skip
def test_the_releases_own_address_and_those_it_trusts_pass(
    url: str, gateway: dict[str, Any]
) -> None:
    assert judged(url, **gateway) is CheckStatus.PASSED


@pytest.mark.parametrize(
    "url",
    ["http://todo.test", "https://todo.test:8443", "https://other.test", "https://todo.test:x"],
)
def test_any_other_fails_by_name_with_both_ways_out(url: str) -> None:
    values = json.dumps({"gateway": {"url": "https://todo.test"}})
    check = address(values, url)
    assert check.status is CheckStatus.FAILED
    assert check.evidence == f"people cannot sign in at {url}: the release trusts https://todo.test"
    assert "todo-ci verify --url https://todo.test" in check.next_step
    assert f"todo-ci deploy --url {url}" in check.next_step


def test_the_releases_own_address_is_named_once_where_it_is_trusted_too() -> None:
    own, other = "https://todo.test", "https://other.test"
    values = json.dumps({"gateway": {"url": own, "trustedOrigins": [other, own]}})
    assert address(values, own).evidence == f"{own} is one of {own}, {other}"


@pytest.mark.parametrize("values", ["null", "{}", '{"gateway": {"host": ""}}'])
def test_a_release_that_names_no_address_is_not_judged(values: str) -> None:
    assert helm.parse_origins(values) == ()
    assert address(values, "http://app.test").status is CheckStatus.SKIPPED


@pytest.mark.anyio
async def test_verify_at_an_address_that_answers_and_is_not_trusted_fails() -> None:
    cluster = FakeCluster().seed("r1-passed")
    report = await verify.verify(
        cluster.context(), url="http://other.test", images=None, revision=None
    )
    assert not report.passed
    verdicts = {check.name: check.status for check in report.checks}
    assert verdicts["gateway /api/health"] is CheckStatus.PASSED
    assert verdicts["address"] is CheckStatus.FAILED
    assert "test" not in cluster.ran
