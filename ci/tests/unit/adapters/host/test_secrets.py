"""A secret enters by reference, and leaves in no text."""

import base64
from pathlib import Path

import pytest

from todo_ci.adapters.host.secrets import SecretStore, folder_of, read_reference
from todo_ci.errors import InputError

KUBECONFIG = """apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t
    server: https://10.255.0.1:6443
users:
- name: pipeline
  user:
    token: eyJhbGciOiJSUzI1NiIsImtpZCI6IkNBTkFSWSJ9.payload
"""


def test_each_form_of_reference_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "value"
    file.write_text("from-a-file\n")
    monkeypatch.setenv("A_SECRET", "from-the-environment")
    assert read_reference("key", "env:A_SECRET") == "from-the-environment"
    assert read_reference("key", f"file:{file}") == "from-a-file\n"
    assert read_reference("key", f"file://{file}") == "from-a-file\n"


def test_a_path_is_told_from_a_value(tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text("value")
    with pytest.raises(InputError, match="the path of a file") as refused:
        read_reference("kubeconfig", str(file))
    assert refused.value.next_step == f"give --kubeconfig file:{file}"


@pytest.mark.parametrize(
    "reference", ["hunter2-plain", "op:hunter2-x", "vault:hunter2-y", "env:", "file:", ":"]
)
def test_another_form_is_refused_and_never_repeated(reference: str) -> None:
    with pytest.raises(InputError) as refused:
        read_reference("registry-password", reference)
    assert "--registry-password" in refused.value.problem
    assert refused.value.accepted == "env:NAME, file:PATH or file://PATH"
    assert "hunter2" not in refused.value.text()


def test_a_reference_to_nothing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises(InputError, match="NOT_SET"):
        read_reference("key", "env:NOT_SET")
    with pytest.raises(InputError, match=r"missing\.txt"):
        read_reference("key", f"file:{tmp_path}/missing.txt")
    (tmp_path / "empty").write_text(" \n")
    with pytest.raises(InputError, match="is empty"):
        read_reference("key", f"file:{tmp_path}/empty")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_reference("key", f"file:{tmp_path}/binary")


def test_a_variable_set_to_nothing_is_none_where_none_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("A_SECRET", "")
    assert read_reference("cohere-api-key", "env:A_SECRET", optional=True) == ""
    with pytest.raises(InputError, match="A_SECRET is empty"):
        read_reference("database-url", "env:A_SECRET")
    # A name that is set nowhere is a slip of the pen, needed or not.
    with pytest.raises(InputError, match="NOT_SET"):
        read_reference("cohere-api-key", "env:NOT_SET", optional=True)


@pytest.mark.parametrize(
    ("value", "shown", "masked"),
    [
        ("hunter2", "the password is hunter2.", "the password is ***."),
        ("hunter2\n", "hunter2!", "***!"),
        ("hunter2", base64.b64encode(b"hunter2").decode(), "***"),
        ("postgresql://todo:s3cret-pw@10.255.0.1/todo", "role todo, s3cret-pw", "role todo, ***"),
        (KUBECONFIG, "token eyJhbGciOiJSUzI1NiIsImtpZCI6IkNBTkFSWSJ9.payload", "token ***"),
    ],
)
def test_every_trace_is_masked(value: str, shown: str, masked: str) -> None:
    assert SecretStore({"secret": value}).mask(shown) == masked


def test_what_a_message_needs_is_not_masked() -> None:
    store = SecretStore({"kubeconfig": KUBECONFIG})
    text = "user pipeline cannot reach https://10.255.0.1:6443, apiVersion: v1"
    assert store.mask(text) == text


def test_a_secret_within_another_leaves_nothing_of_the_longer_one() -> None:
    store = SecretStore({"a": "canary", "b": "canary-and-more"})
    assert store.mask("canary-and-more canary") == "*** ***"


def test_the_folder_of_a_link_is_where_the_link_is(tmp_path: Path) -> None:
    """As kubectl looks for what a kubeconfig names: beside the link."""
    kept = tmp_path / "kept/config"
    kept.parent.mkdir()
    kept.touch()
    link = tmp_path / "link"
    link.symlink_to(kept)
    assert folder_of(f"file:{link}") == tmp_path
    assert folder_of("env:KUBECONFIG_TEXT") is None
