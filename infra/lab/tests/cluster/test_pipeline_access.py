"""Clients are given a token that is still good, and references to secrets, never secrets."""

import base64
import json
from typing import Any

from todo_lab import paths
from todo_lab.cluster import pipeline_access

NOW = 1_800_000_000.0
DAY = 24 * 60 * 60


def token(uid: str = "u1", expires: float = NOW + 365 * DAY) -> str:
    claims: dict[str, Any] = {"exp": expires, "kubernetes.io": {"serviceaccount": {"uid": uid}}}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"head.{body}.signature"


def test_a_token_of_the_account_is_kept():
    assert pipeline_access.is_valid(token(), "u1", NOW)


def test_a_token_of_a_cluster_that_is_gone_is_replaced():
    assert not pipeline_access.is_valid(token("u0"), "u1", NOW)


def test_a_token_is_replaced_a_month_before_it_ends():
    assert not pipeline_access.is_valid(token(expires=NOW + 29 * DAY), "u1", NOW)


def test_what_is_no_token_is_replaced():
    for text in ("", "a", "a.b.c", "a.!!.c"):
        assert not pipeline_access.is_valid(text, "u1", NOW)


def test_without_an_account_no_token_is_valid():
    assert not pipeline_access.is_valid(token(uid=""), "", NOW)


def test_the_token_is_found_in_its_kubeconfig():
    assert (
        pipeline_access.read_token("users:\n- name: pipeline\n  user:\n    token: abc\n") == "abc"
    )
    assert pipeline_access.read_token("users: []\n") == ""


def test_defaults_name_secrets_by_file():
    given = dict(line.split("=", 1) for line in pipeline_access.pipeline_env().splitlines())
    hidden = ("PASSWORD", "KUBECONFIG", "DATABASE_URL", "BETTER_AUTH_SECRET")
    for name, value in given.items():
        if name.endswith(hidden):
            assert value.startswith(f"file://{paths.STATE}/"), name
    assert given["SECRETS_KAFKA_BROKERS"] == "10.255.0.1:9092"
    assert given["SECRETS_KAFKA_USERNAME"] == "todo"
    assert given["DEPLOY_URL"] == "http://127.0.0.1:8000"
    assert "@" in given["DEPLOY_HOLDER"]
    assert given["PUBLISH_REGISTRY"] == "10.255.0.1:5000/todo"
