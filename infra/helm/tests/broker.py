"""A Kafka of one test run, as a provider offers it: TLS, one SASL mechanism, the app's topics."""

import signal
import socket
import subprocess
import time
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

import certificates
from rendering import topics

USER, PASSWORD = "todo", "broker-of-a-test"
MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN")
_SECURITY = "org.apache.kafka.common.security"


@dataclass(frozen=True)
class Broker:
    """Hold where a broker is, the authority that vouches for it, and how to sign in."""

    address: str
    authority: Path
    mechanism: str = MECHANISMS[0]

    def settings(self) -> dict[str, str | int | float | bool]:
        """Return what a client of librdkafka needs to sign in."""
        return {
            "bootstrap.servers": self.address,
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(self.authority),
            "sasl.mechanism": self.mechanism,
            "sasl.username": USER,
            "sasl.password": PASSWORD,
        }


@contextmanager
def running(
    kafka: Path,
    folder: Path,
    mechanism: str = MECHANISMS[0],
    *,
    with_topics: bool = True,
    host: str = "127.0.0.1",
) -> Generator[Broker]:
    """Run a broker in a folder until the block ends.

    Args:
        kafka: the folder that `lab tools kafka` prints.
        folder: an empty one.
        mechanism: the only one it offers.
        with_topics: make the app's topics.
        host: address of this machine where it listens.
    """
    address, controller = f"{host}:{free_port()}", f"127.0.0.1:{free_port()}"
    issued = certificates.issue(folder, host)
    chain = (issued.key, issued.certificate, issued.authority)
    (folder / "server.pem").write_text("".join(path.read_text() for path in chain))
    properties = folder / "server.properties"
    properties.write_text(_properties(folder, address, controller, mechanism))
    storage = (str(kafka / "bin/kafka-storage.sh"), "format", "--config", str(properties))
    user = f"{mechanism}=[name={USER},password={PASSWORD}]"
    scram = () if mechanism == "PLAIN" else ("--add-scram", user)
    _run(*storage, "--cluster-id=AAAAAAAAAAAAAAAAAAAAAQ", *scram)
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [str(kafka / "bin/kafka-server-start.sh"), str(properties)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/bin:/bin", "KAFKA_HEAP_OPTS": "-Xmx256m -XX:TieredStopAtLevel=1"},
        )
    try:
        broker = Broker(address, issued.authority, mechanism)
        _wait(server, address, folder / "log")
        if with_topics:
            _make_topics(broker)
        yield broker
    finally:
        server.send_signal(signal.SIGKILL)  # nobody reads its data again
        server.wait()


def free_port() -> int:
    """Find a port nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _properties(folder: Path, address: str, controller: str, mechanism: str) -> str:
    sign_in = f'username="{USER}" password="{PASSWORD}"'
    if mechanism == "PLAIN":
        sign_in = f'{_SECURITY}.plain.PlainLoginModule required {sign_in} user_{USER}="{PASSWORD}";'
    else:
        sign_in = f"{_SECURITY}.scram.ScramLoginModule required {sign_in};"
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{controller}
listeners=SASL_SSL://{address},CONTROLLER://{controller}
advertised.listeners=SASL_SSL://{address}
listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=SASL_SSL
sasl.enabled.mechanisms={mechanism}
sasl.mechanism.inter.broker.protocol={mechanism}
listener.name.sasl_ssl.{mechanism.lower()}.sasl.jaas.config={sign_in}
ssl.keystore.type=PEM
ssl.keystore.location={folder}/server.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/authority.pem
log.dirs={folder}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=8388608
"""


def _make_topics(broker: Broker) -> None:
    names = [name for topic in topics() for name in (topic, f"{topic}-dead-letter")]
    admin = AdminClient(broker.settings())
    wanted = [NewTopic(name, num_partitions=3, replication_factor=1) for name in names]
    made: dict[str, Future[None]] = admin.create_topics(wanted, request_timeout=30)  # pyright: ignore
    for topic in made.values():
        topic.result()


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    host, _, port = address.partition(":")
    until = time.monotonic() + 120
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
            return
        except OSError:
            said = log.read_text()[-2000:]
            assert server.poll() is None, said
            assert time.monotonic() < until, said
            time.sleep(0.1)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
