"""All of it together, and the calls of a person in front of it."""

import json
import secrets
import subprocess
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import acme
import lab
from broker import PASSWORD, USER, Broker
from broker import running as run_kafka
from load import Load
from programs import tool

from . import ADDRESS, URL, database, gateway, registry
from .load import SecureLoad
from .machine import Machine

KUBECONFIG = f"file:{lab.STATE / 'pipeline.kubeconfig'}"
_KEY = secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Cloud:
    """Hold what a person was given by those who run the parts, and the machine in front of them."""

    machine: Machine
    registry: registry.Registry
    database: database.Database
    kafka: Broker
    authority: acme.Authority
    folder: Path

    def todo_ci(self, verb: str, *argv: str, timeout: float = 300) -> lab.Run:
        """Call a verb for `oke`, which touches the cluster with the pipeline's own rights."""
        access = () if verb == "publish" else ("--kubeconfig", KUBECONFIG)
        return self.machine.run("todo-ci", verb, "--env", "oke", *access, *argv, timeout=timeout)

    def login(self) -> tuple[str, ...]:
        """Return the arguments by which images are pushed and pulled."""
        return (
            "--registry", self.registry.name, "--registry-username", self.registry.user,
            "--registry-password", f"file:{self.registry.password}",
        )  # fmt: skip

    def publish(self) -> lab.Run:
        """Build and push for both platforms."""
        return self.todo_ci("publish", *self.login(), *_dirty(), "--format", "json", timeout=900)

    def secrets(self, url: str, login: Sequence[str] | None = None) -> lab.Run:
        """Apply the Secrets, with this URL of the database and a login of the registry."""
        values = {"database-url": url, "better-auth-secret": _KEY, "kafka-password": PASSWORD}
        for name, value in values.items():
            (self.folder / name).write_text(value)
        files = [word for name in values for word in (f"--{name}", f"file:{self.folder / name}")]
        kafka = ("--kafka-brokers", self.kafka.address, "--kafka-username", USER)
        return self.todo_ci("secrets", *files, *kafka, *(self.login() if login is None else login))

    def deploy(self, images: str, **more: Mapping[str, object]) -> lab.Run:
        """Deploy with the values that name the private authorities, and more of them."""
        kafka = {
            "mechanism": self.kafka.mechanism, "authority": self.kafka.authority.read_text(),
        }  # fmt: skip
        values = {
            "database": {"authority": self.database.authority.read_text()},
            "dapr": {"kafka": kafka},
            **more,
        }
        overlay = self.folder / "values.yaml"
        overlay.write_text(json.dumps(values))
        given = ("--url", URL, "--values", str(overlay), "--images", images)
        return self.todo_ci("deploy", *given, *self.login(), *_dirty())

    def make_topics(self) -> lab.Run:
        """Make the app's topics on the broker as infra/oke/README.md has it."""
        to = ("--kafka-brokers", self.kafka.address, "--kafka-username", USER)
        trust = ("--authority", str(self.kafka.authority), "--mechanism", self.kafka.mechanism)
        script = str(lab.ROOT / "infra/oke/kafka-topics.sh")
        return self.machine.run(script, *to, *trust, KAFKA_PASSWORD=PASSWORD)

    def load(self, *paths: str) -> Load:
        """Ask as people do for as long as the block lasts."""
        return SecureLoad(paths, store=self.machine.store)


def _dirty() -> tuple[str, ...]:
    """Allow what `oke` refuses where these tests run before somebody commits."""
    command = ("git", "status", "--porcelain")
    changed = subprocess.run(command, cwd=lab.ROOT, capture_output=True, text=True, check=True)
    return ("--allow-dirty",) if changed.stdout else ()


@contextmanager
def running(make_folder: Callable[[str], Path]) -> Generator[Cloud]:
    """Run all parts, the gateway last, as gateway.sh installs it."""
    kafka = run_kafka(
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
