"""What is said of Kafka is tidied, or refused by name while nothing was written yet."""

import subprocess
import sys
from pathlib import Path

import pytest

from todo_ci.errors import InputError
from todo_ci.plugins.kafka import Kafka

SOURCES = Path(__file__).parents[3] / "src"


@pytest.mark.parametrize(
    ("brokers", "wanted"),
    [
        ("a:9092", "a:9092"),
        ("a:9092, b:9092", "a:9092,b:9092"),
        ("a:9092,b:9092,", "a:9092,b:9092"),
        (" a:9092 ,\tb:9092\n", "a:9092,b:9092"),
        ("seed-1.cloud.example.org:9092", "seed-1.cloud.example.org:9092"),
        ("[2001:db8::1]:9092,10.0.0.1:9092", "[2001:db8::1]:9092,10.0.0.1:9092"),
        (" , ", ""),
    ],
)
def test_spaces_and_commas_around_brokers_are_taken_away(brokers: str, wanted: str) -> None:
    assert Kafka(brokers, "todo ").read() == Kafka(wanted, "todo")


@pytest.mark.parametrize(
    ("brokers", "entry", "next_step"),
    [
        ("SASL_SSL://a:9092", "SASL_SSL://a:9092", "--kafka-brokers a:9092"),
        ("a:9092,https://b:443/path", "https://b:443/path", "--kafka-brokers HOST:PORT"),
        ("a:9092 b:9092", "a:9092 b:9092", "--kafka-brokers HOST:PORT"),
        ("a", "a", "--kafka-brokers HOST:PORT"),
        (":9092", ":9092", "--kafka-brokers HOST:PORT"),
        ("a:0", "a:0", "--kafka-brokers HOST:PORT"),
        ("a:65536", "a:65536", "--kafka-brokers HOST:PORT"),
        ("a:" + "9" * 5000, "a:" + "9" * 5000, "--kafka-brokers HOST:PORT"),
        ("a:٩٠", "a:٩٠", "--kafka-brokers HOST:PORT"),
        ("2001:db8::1:9092", "2001:db8::1:9092", "--kafka-brokers HOST:PORT"),
        ("user:word@a:9092", "user:word@a:9092", "--kafka-brokers HOST:PORT"),
    ],
)
def test_brokers_that_no_sidecar_could_use_are_refused_with_the_shape(
    brokers: str, entry: str, next_step: str
) -> None:
    with pytest.raises(InputError) as refused:
        Kafka(brokers, "todo").read()
    text = refused.value.text()
    assert text.startswith(f"--kafka-brokers: {entry!r}")
    assert "accepted: host:port, several with commas" in text
    assert f"next: todo-ci secrets again with {next_step}" in text


def test_a_user_of_two_lines_is_refused() -> None:
    with pytest.raises(InputError, match=r"--kafka-username 'to\\ndo'"):
        Kafka("a:9092", "to\ndo").read()


def test_it_is_read_without_a_package_of_the_pipelines() -> None:
    """As infra/oke/kafka-topics.sh reads it, in an environment of its own."""
    program = f"import sys; sys.path.insert(0, {str(SOURCES)!r}); import todo_ci.plugins.kafka"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
