"""Speak to the lab's Kafka with Kafka's own programs."""

import subprocess
from pathlib import Path

import machine
from conftest import LAB

SERVER = "--bootstrap-server=10.255.0.1:9092"
CLIENT = machine.STATE / "kafka-client.properties"


def tool(name: str, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run one of Kafka's own programs, whatever comes of it."""
    where = subprocess.run([str(LAB), "tools", "kafka"], check=True, capture_output=True, text=True)
    argv = [f"{where.stdout.strip()}/bin/{name}", SERVER, *arguments]
    return subprocess.run(
        argv, check=False, capture_output=True, text=True, input=stdin, timeout=60
    )


def produce(topic: str, text: str, client: Path = CLIENT) -> subprocess.CompletedProcess[str]:
    """Write one message a line; the program ends with 0 even when it was refused."""
    return tool("kafka-console-producer.sh", f"--producer.config={client}", f"--topic={topic}",
                "--producer-property=delivery.timeout.ms=10000",
                "--producer-property=request.timeout.ms=5000",
                "--producer-property=max.block.ms=10000", stdin=text)  # fmt: skip


def consume(topic: str, messages: int, client: Path = CLIENT) -> subprocess.CompletedProcess[str]:
    """Read that many messages from the beginning, or give up after a while."""
    return tool("kafka-console-consumer.sh", f"--consumer.config={client}", f"--topic={topic}",
                "--from-beginning", f"--max-messages={messages}", "--timeout-ms=15000")  # fmt: skip


def topics(*arguments: str) -> str:
    """Run kafka-topics.sh; return what it printed, fail the test when it fails."""
    done = tool("kafka-topics.sh", f"--command-config={CLIENT}", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
