"""What an adapter was given never comes out, in whatever form the file of it was."""

import json
from pathlib import Path

import pytest

from todo_ci.adapters.host.context import open_host_context
from todo_ci.core.redaction import MASK, masker
from todo_ci.core.secret_names import masker_of

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


def test_a_secret_that_is_a_name_of_the_app_leaves_the_clusters_answers_readable() -> None:
    mask = masker_of({"database-url": "postgresql://me:todo@db:5432/x", "kafka-password": "s3cr3t"})
    assert mask("name: todo-app-backend") == "name: todo-app-backend"
    assert mask("password s3cr3t") == f"password {MASK}"
    assert mask("at postgresql://me:todo@db:5432/x") == f"at {MASK}"


def test_a_value_that_is_no_secret_is_shown() -> None:
    given = {"kafka-username": "somebody", "kafka-password": "nobody knows"}
    assert masker_of(given)("somebody asks, nobody knows") == f"somebody asks, {MASK}"


def test_of_what_keys_give_the_plain_values_are_no_secrets(tmp_path: Path) -> None:
    names = ("BROKERS=b:9092", "USERNAME=somebody", "PASSWORD=nobody knows")
    file = tmp_path / "keys"
    file.write_text("".join(f"KAFKA_{name}\n" for name in names))
    with open_host_context(tmp_path, "local", keys=f"file:{file}") as context:
        assert context.plain == {"kafka-brokers": "b:9092", "kafka-username": "somebody"}
        assert context.secrets == {"kafka-password"}
