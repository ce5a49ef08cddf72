"""What an adapter was given never comes out, in whatever form the file of it was."""

import json

import pytest

from todo_ci.core.redaction import MASK, masker

TOKEN = "eyJhbGciOiJSUzI1NiIsImtpZCI6IkNBTkFSWSJ9.payload"
BLOCK = f"users:\n  - name: pipeline\n    user:\n      token: {TOKEN}\n"
# As infra/oke/kubeconfig.sh writes it.
FLOW = f'users:\n  - name: pipeline\n    user: {{ token: "{TOKEN}" }}\n'
SINGLE = f"users:\n  - {{name: pipeline, user: {{token: '{TOKEN}'}}}}\n"
ONE_LINE = json.dumps({"users": [{"name": "pipeline", "user": {"token": TOKEN}}]})


@pytest.mark.parametrize("kubeconfig", [BLOCK, FLOW, SINGLE, ONE_LINE])
def test_a_token_is_masked_however_its_kubeconfig_is_written(kubeconfig: str) -> None:
    said = masker([kubeconfig])(f"Authorization: Bearer {TOKEN} for user pipeline")
    assert said == f"Authorization: Bearer {MASK} for user pipeline"


def test_addresses_and_short_words_stay_for_messages() -> None:
    text = f"server: https://a-cluster-with-a-long-name.example.com:6443\n{FLOW}"
    said = "user pipeline cannot reach https://a-cluster-with-a-long-name.example.com:6443"
    assert masker([text])(said) == said
