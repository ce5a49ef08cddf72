"""Private instances of what events pass through: Kafka, PostgreSQL, daprd, one backend process."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.postgres import running_server

BACKEND = Path(__file__).parents[1]
PUBSUB = "kafka-pubsub"
PARTITIONS = 3
DAPR_OUTBOX_TOPIC = "bench-dapr-outbox"
PATIENCE_SECONDS = 60
# The server's own defaults, which are durable: the tests' would flatter the outbox.
DURABLE = ("max_connections=100",)
Environment = Mapping[str, str]


@dataclass(frozen=True)
class Machines:
    """Hold where everything is."""

    folder: Path
    kafka: Path
    brokers: str
    database_url: str
    database_port: int
    dapr_port: int

    def kafka_tool(self, name: str, *arguments: str) -> str:
        """Run one of Kafka's own programs and return what it printed."""
        done = subprocess.run(
            [self.kafka / "bin" / name, "--bootstrap-server", self.brokers, *arguments],
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "KAFKA_HEAP_OPTS": "-Xmx256m"},
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
        return done.stdout

    def sql(self, statement: str) -> None:
        """Run a statement on the first database."""
        command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", self.database_url, "-c", statement]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def make_database(self, name: str) -> str:
        """Make a database beside the first, and return its URL."""
        self.sql(f"create database {name}")
        return self.database_url.rpartition("/")[0] + f"/{name}"

    def make_topic(self, topic: str) -> None:
        """Make a topic whose records carry the moment the broker took them."""
        self.kafka_tool(
            "kafka-topics.sh",
            *("--create", "--topic", topic, "--partitions", str(PARTITIONS)),
            *("--config", "message.timestamp.type=LogAppendTime"),
        )


@contextmanager
def running(kafka: Path, daprd: Path, folder: Path) -> Generator[Machines]:
    """Start all but the backend, and stop them again."""
    with ExitStack() as stack:
        brokers = stack.enter_context(_kafka(kafka, folder))
        port = free_port()
        database_url = stack.enter_context(running_server(DURABLE, port))
        dapr_port = free_port()
        machines = Machines(folder, kafka, brokers, database_url, port, dapr_port)
        for topic in ("task-events", "bench-direct", "bench-bulk", DAPR_OUTBOX_TOPIC):
            machines.make_topic(topic)
        resources = folder / "resources"
        resources.mkdir()
        for component in _components(brokers, port):
            # YAML is a superset of JSON.
            name = component["metadata"]["name"]
            (resources / f"{name}.yaml").write_text(json.dumps(component))
        command = [
            *(str(daprd), "--app-id", "bench", "--resources-path", str(resources)),
            *("--dapr-http-port", str(dapr_port), "--dapr-grpc-port", str(free_port())),
            *("--dapr-internal-grpc-port", str(free_port()), "--metrics-port", str(free_port())),
            *("--dapr-listen-addresses", "127.0.0.1"),
        ]
        stack.enter_context(process(command, folder / "daprd.log"))
        wait_for_200(f"http://127.0.0.1:{dapr_port}/v1.0/healthz", folder / "daprd.log")
        yield machines


@contextmanager
def backend(machines: Machines, environment: Environment | None = None) -> Generator[str]:
    """Run one backend process, with variables beside the usual ones, and yield its address."""
    port = free_port()
    variables = {
        "PATH": os.defpath,
        "TODO_PORT": str(port),
        "TODO_IDENTITY": "development",
        "TODO_EVENTS": "dapr",
        # It is one user, and wants to know what the app can do.
        "TODO_REQUESTS_A_MINUTE": "1000000",
        "TODO_TASKS": "1000000",
        "TODO_PUBSUB": PUBSUB,
        "TODO_LOG_LEVEL": "warning",
        "APP_API_TOKEN": "a token nobody asks for here",
        "DAPR_HTTP_PORT": str(machines.dapr_port),
        "DATABASE_URL": machines.database_url,
        **(environment or {}),
    }
    log = machines.folder / "backend.log"
    with process([sys.executable, str(BACKEND / "todo"), "serve"], log, variables):
        address = f"http://127.0.0.1:{port}"
        wait_for_200(f"{address}/api/health/startup", log)
        yield address


def free_port() -> int:
    """Find a port nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def _kafka(kafka: Path, folder: Path) -> Generator[str]:
    port, controller = free_port(), free_port()
    address = f"127.0.0.1:{port}"
    properties = folder / "server.properties"
    properties.write_text(
        f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://{address},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://{address}
controller.listener.names=CONTROLLER
log.dirs={folder}/kafka
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=8388608
"""
    )
    environment = {"PATH": os.environ["PATH"], "KAFKA_HEAP_OPTS": "-Xmx512m"}
    storage = [kafka / "bin/kafka-storage.sh", "format", "--config", properties]
    subprocess.run(
        [*storage, "--cluster-id=AAAAAAAAAAAAAAAAAAAAAQ"],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    command = [str(kafka / "bin/kafka-server-start.sh"), str(properties)]
    with process(command, folder / "kafka.log", environment):
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address


def _components(brokers: str, database_port: int) -> Sequence[Mapping[str, Any]]:
    pubsub = {
        "brokers": brokers,
        "authType": "none",
        "version": "3.6.0",
        "initialOffset": "oldest",
        "maxMessageBytes": "1000000",
    }
    state = {
        "connectionString": f"host=127.0.0.1 port={database_port} user=postgres database=postgres",
        "tablePrefix": "bench_",
        "metadataTableName": "bench_metadata",
        "outboxPublishPubsub": PUBSUB,
        "outboxPublishTopic": DAPR_OUTBOX_TOPIC,
    }
    return [
        _component(PUBSUB, "pubsub.kafka", "v1", pubsub),
        _component("statestore", "state.postgresql", "v2", state),
    ]


def _component(name: str, kind: str, version: str, values: Mapping[str, str]) -> dict[str, Any]:
    metadata = [{"name": key, "value": value} for key, value in values.items()]
    return {
        "apiVersion": "dapr.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name},
        "spec": {"type": kind, "version": version, "metadata": metadata},
    }


@contextmanager
def process(
    command: Sequence[str],
    log: Path,
    environment: Environment | None = None,
    folder: Path | None = None,
) -> Generator[None]:
    """Run a program in `folder` until the block ends."""
    with log.open("w") as output:
        process = subprocess.Popen(
            # It dies with the bench, however that one ends.
            [shutil.which("setpriv") or "setpriv", "--pdeathsig", "KILL", *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
        )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_200(url: str, log: Path) -> None:
    """Wait until an address answers well, or show the end of the log and give up."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer; the end of its log:\n{log.read_text()[-2000:]}")
