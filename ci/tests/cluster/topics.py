"""What Kafka holds, read with librdkafka: another implementation than the sidecar's."""

import json
import subprocess
import uuid
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import lab
import yaml
from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.admin import AdminClient

SUBSCRIPTIONS = lab.ROOT / "infra/dapr-components/subscriptions.yaml"
_SPECS = [found["spec"] for found in yaml.safe_load_all(SUBSCRIPTIONS.read_text())]
TOPICS = tuple(spec["topic"] for spec in _SPECS if "deadLetterTopic" in spec)
BROKERS = "10.255.0.1:9092"
USER = "todo"


@dataclass(frozen=True)
class Record:
    """Hold one record: where it lies, its key and its CloudEvent."""

    topic: str
    partition: int
    offset: int
    key: str
    event: dict[str, Any]


def sign_in(password: str | None = None) -> dict[str, str | int | float | bool]:
    """Return a client's settings for SCRAM; a wrong password shows at the first call."""
    return {
        "bootstrap.servers": BROKERS,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-256",
        "sasl.username": USER,
        "sasl.password": password or (lab.STATE / "kafka-password").read_text().strip(),
    }


def consumer(password: str | None = None) -> Consumer:
    """Make a reader of its own group."""
    group = {"group.id": f"tests-{uuid.uuid4()}", "enable.auto.commit": False}
    return Consumer(sign_in(password) | group)


@contextmanager
def without(topic: str) -> Generator[None]:
    """Take a topic away until the block ends; a person's own command makes it again."""
    admin = AdminClient(sign_in())
    deleted: dict[str, Future[None]] = admin.delete_topics([topic], operation_timeout=30)  # pyright: ignore
    deleted[topic].result()
    try:
        yield
    finally:
        made = subprocess.run(
            [
                lab.ROOT / "infra/oke/kafka-topics.sh", "--no-tls", "--kafka-brokers", BROKERS,
                "--kafka-username", USER, "--kafka-password", f"file:{lab.STATE}/kafka-password",
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr


def read(*users: str, topics: tuple[str, ...] = TOPICS) -> list[Record]:
    """Return every event of these users from the first record to the last, in partition order."""
    found: list[Record] = []
    reader = consumer()
    try:
        for topic in topics:
            partitions = reader.list_topics(topic, timeout=20).topics[topic].partitions
            for partition in partitions:
                found += _partition(reader, topic, partition)
    finally:
        reader.close()
    return [record for record in found if record.event["data"]["user_id"] in users]


def _partition(reader: Consumer, topic: str, partition: int) -> list[Record]:
    first, end = reader.get_watermark_offsets(TopicPartition(topic, partition), timeout=20)
    found: list[Record] = []
    reader.assign([TopicPartition(topic, partition, first)])
    position = first
    while position < end:
        message = reader.poll(20)
        assert message is not None, f"{topic}/{partition}: nothing came after offset {position}"
        error = message.error()
        assert error is None or error.code() == KafkaError._PARTITION_EOF, error
        if error is None:
            key = (message.key() or b"").decode()
            event = json.loads(message.value() or b"null")
            position = (message.offset() or 0) + 1
            found.append(Record(topic, partition, position - 1, key, event))
    return found
