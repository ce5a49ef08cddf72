"""All of it together, and the calls of a person in front of it."""

import json
import secrets
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import acme
import broker
import lab
from load import Load
from programs import tool

from . import ADDRESS, URL, database, gateway, registry
from .load import SecureLoad
from .machine import Machine


@dataclass(frozen=True)
class Cloud:
    """Hold what a person was given by those who run the parts, and the machine in front of them."""

    machine: Machine
    registry: registry.Registry
    database: database.Database
    kafka: broker.Broker
    authority: acme.Authority
    folder: Path

    def todo_ci(self, verb: str, *argv: str, timeout: float = 300) -> lab.Run:
        """Call a verb for `oke` with the pipeline's own rights."""
        kubeconfig = f"file:{lab.STATE / 'pipeline.kubeconfig'}"
        given = ("--env", "oke", "--kubeconfig", kubeconfig)
        return self.machine.run("todo-ci", verb, *given, *argv, timeout=timeout)

    def login(self) -> tuple[str, ...]:
        """Return the arguments by which images are pushed and pulled."""
        return (
            "--registry", self.registry.name, "--registry-username", self.registry.user,
            "--registry-password", f"file:{self.registry.password}",
        )  # fmt: skip

    def secrets(self, url: str) -> lab.Run:
        """Apply the Secrets, with this URL of the database."""
        values = {"database-url": url, "better-auth-secret": secrets.token_urlsafe(32)}
        values["kafka-password"] = broker.PASSWORD
        for name, value in values.items():
            (self.folder / name).write_text(value)
        files = [word for name in values for word in (f"--{name}", f"file:{self.folder / name}")]
        kafka = ("--kafka-brokers", self.kafka.address, "--kafka-username", broker.USER)
        return self.todo_ci("secrets", *files, *kafka, *self.login())

    def deploy(self, *argv: str, fault: str = "", timeout: float = 300) -> lab.Run:
        """Deploy with the values that name the private authorities, and a fault where one is."""
        values = {
            "database": {"authority": self.database.authority.read_text()},
            "dapr": {
                "kafka": {
                    "mechanism": self.kafka.mechanism,
                    "authority": self.kafka.authority.read_text(),
                }
            },
            "faults": {fault: True} if fault else {},
        }
        overlay = self.folder / "values.yaml"
        overlay.write_text(json.dumps(values))
        given = ("--url", URL, "--values", str(overlay), *self.login())
        # Refused otherwise, and these tests run before somebody commits, too.
        dirty = subprocess.run(
            ("git", "status", "--porcelain"), cwd=lab.ROOT, capture_output=True, text=True,
            check=True,
        ).stdout  # fmt: skip
        given += ("--allow-dirty",) if dirty else ()
        return self.todo_ci("deploy", *given, *argv, timeout=timeout)

    def make_topics(self) -> lab.Run:
        """Make the app's topics on the broker as infra/oke/README.md has it."""
        to = ("--kafka-brokers", self.kafka.address, "--kafka-username", broker.USER)
        trust = ("--authority", str(self.kafka.authority), "--mechanism", self.kafka.mechanism)
        script = str(lab.ROOT / "infra/oke/kafka-topics.sh")
        return self.machine.run(script, *to, *trust, KAFKA_PASSWORD=broker.PASSWORD)

    def load(self, *paths: str) -> Load:
        """Ask as people do for as long as the block lasts."""
        return SecureLoad(paths, store=self.machine.store)


@contextmanager
def running(make_folder: Callable[[str], Path]) -> Generator[Cloud]:
    """Run all parts, the gateway last, as gateway.sh installs it."""
    kafka = broker.running(
        Path(tool("kafka")), make_folder("kafka"), "SCRAM-SHA-512", with_topics=False, host=ADDRESS
    )
    with (
        registry.running(make_folder("registry")) as images,
        database.running(make_folder("database")) as postgresql,
        kafka as events,
        acme.running(make_folder("authority"), 443, ADDRESS) as authority,
    ):
        person = Machine.make(make_folder("machine"), (images.authority, authority.root))
        with gateway.running(make_folder("gateway"), authority, person) as installed:
            assert installed.exit_code == 0, installed.text
            assert f"next: todo-ci deploy --env oke --url {URL}" in installed.stdout
            yield Cloud(person, images, postgresql, events, authority, make_folder("person"))
