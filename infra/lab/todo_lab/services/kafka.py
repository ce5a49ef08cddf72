"""Run Kafka for the app: one node in KRaft mode that asks for a password, and its topics."""

import base64
import json
import re
import secrets
import socket
import subprocess
import time
from pathlib import Path

from todo_lab import files, paths
from todo_lab.build import kafka as kafka_build
from todo_lab.errors import LabError
from todo_lab.secrets import secret
from todo_lab.services import supervisor

DATA = paths.STATE / "kafka"
_PROPERTIES = paths.STATE / "kafka.properties"
_FORMAT_ARGUMENTS = paths.STATE / "kafka-format.arguments"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
_HEAP = "-Xms128m -Xmx384m"

_TOPIC = re.compile(r"^  topic: (\S+)$", re.MULTILINE)  # Python alone reads no YAML
_AGREED = json.loads(paths.TOPIC_SETTINGS.read_text())  # infra/oke/kafka-topics.sh reads it too
PARTITIONS: int = _AGREED["partitions"]
RETENTION: int = _AGREED["retentionMilliseconds"]


def properties(password: str) -> str:
    """Return the broker's configuration.

    Clients have one listener, with SCRAM; the broker itself signs in there too. The controller
    listens on loopback only, because KRaft cannot check a password that is kept in KRaft.
    """
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{paths.KAFKA_CONTROLLER_PORT}
listeners=SASL_PLAINTEXT://{paths.KAFKA},CONTROLLER://127.0.0.1:{paths.KAFKA_CONTROLLER_PORT}
advertised.listeners=SASL_PLAINTEXT://{paths.KAFKA}
listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=SASL_PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-256
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-256
listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config={_sign_in(password)}
log.dirs={DATA}
auto.create.topics.enable=false
num.partitions={PARTITIONS}
log.retention.hours=168
# One node: nothing is copied, and a group need not wait for members that start later.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
group.initial.rebalance.delay.ms=0
# 128 MB by default, a third of the heap, for topics that are compacted: only the offsets are.
log.cleaner.dedupe.buffer.size=8388608
"""


def client_properties(password: str) -> str:
    """Return the configuration with which Kafka's own tools sign in."""
    return f"""\
security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-256
sasl.jaas.config={_sign_in(password)}
"""


def configure() -> supervisor.Service:
    """Write Kafka's files, prepare its folder when it is new, and return the service."""
    password = secret(paths.KAFKA_PASSWORD)
    files.write(_PROPERTIES, properties(password), mode=0o600)
    files.write(paths.KAFKA_CLIENT, client_properties(password), mode=0o600)
    if not (DATA / "meta.properties").exists():  # the last file that formatting writes
        _format(password)
    return supervisor.Service(
        name="kafka",
        argv=(str(_program("kafka-server-start.sh")), str(_PROPERTIES)),
        files=(_PROPERTIES,),
        environment={"KAFKA_HEAP_OPTS": _HEAP},
    )


def wait(seconds: float = 60) -> None:
    """Wait until Kafka listens."""
    until = time.monotonic() + seconds
    while not _listens():
        if time.monotonic() > until or not supervisor.running("kafka"):
            raise LabError(
                "Kafka does not listen:\n" + supervisor.log_tail("kafka"), "./do lab logs kafka"
            )
        time.sleep(0.1)


def provision() -> list[str]:
    """Wait for Kafka, make the topics that are missing and return those."""
    wait()
    missing = lacking(_topics("--describe"))
    for topic in missing:
        _topics(
            "--create",
            "--if-not-exists",
            f"--topic={topic}",
            f"--partitions={PARTITIONS}",
            "--replication-factor=1",
            f"--config=retention.ms={RETENTION}",
        )
    return missing


def topics() -> tuple[str, ...]:
    """Return the topics that the app listens to: its own and their dead letters."""
    return tuple(_TOPIC.findall(paths.SUBSCRIPTIONS.read_text()))


def lacking(description: str) -> list[str]:
    """Return the topics that a description by kafka-topics.sh does not name."""
    rows = (line.split() for line in description.splitlines() if line.startswith("Topic: "))
    there = {row[1] for row in rows}
    return [topic for topic in topics() if topic not in there]


def format_arguments(jars: Path, password: str, cluster: str) -> str:
    """Return the whole command line of formatting, for `java @FILE`.

    In a file that only root reads, because any account sees an argument list.
    """
    user = f"SCRAM-SHA-256=[name={paths.KAFKA_USER},password={password}]"
    return f"""\
-Xmx128m -XX:-UsePerfData
-cp "{jars}/*"
kafka.tools.StorageTool format --ignore-formatted
--config "{_PROPERTIES}"
--cluster-id={cluster}
--add-scram "{user}"
"""


def _format(password: str) -> None:
    cluster = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
    DATA.mkdir(mode=0o700, exist_ok=True)
    arguments = format_arguments(kafka_build.folder() / "libs", password, cluster)
    files.write(_FORMAT_ARGUMENTS, arguments, mode=0o600)
    try:
        argv = ("java", f"@{_FORMAT_ARGUMENTS}")
        done = subprocess.run(argv, check=False, capture_output=True, text=True, cwd="/")
    finally:
        _FORMAT_ARGUMENTS.unlink()
    if done.returncode != 0:
        raise LabError(
            f"Kafka's folder could not be prepared: {done.stderr.strip()[-600:]}",
            f"rm -r {DATA} and ./do lab up again",
        )


def _topics(*arguments: str) -> str:
    argv = (
        str(_program("kafka-topics.sh")),
        f"--bootstrap-server={paths.KAFKA}",
        f"--command-config={paths.KAFKA_CLIENT}",
        *arguments,
    )
    done = subprocess.run(argv, check=False, capture_output=True, text=True, cwd="/")
    if done.returncode == 0:
        return done.stdout
    fix = "./do lab logs kafka"
    if "Authentication failed" in done.stdout + done.stderr:
        fix = f"its password was lost; start without events: rm -r {DATA} and ./do lab up"
    raise LabError(f"kafka-topics.sh {arguments[0]} failed: {done.stdout.strip()[-600:]}", fix)


def _listens() -> bool:
    try:
        with socket.create_connection((paths.NODE_IP, paths.KAFKA_PORT), timeout=1):
            return True
    except OSError:
        return False


def _sign_in(password: str) -> str:
    """Return the client's half of SCRAM; the password is URL-safe, so it needs no quoting."""
    return f'{_SCRAM} required username="{paths.KAFKA_USER}" password="{password}";'


def _program(name: str) -> Path:
    return kafka_build.folder() / "bin" / name
