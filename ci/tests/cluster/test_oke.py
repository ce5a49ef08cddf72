"""The promise: `--env oke` works as written, values-oke with nothing switched off.

The lab has what OKE has, each over TLS that is checked: registry, Kafka, PostgreSQL, gateway. The
tests tell one story in their order, from an account that has just been set up.
"""

import json
import secrets
import subprocess
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import acme
import broker
import lab
import pytest
from oke import ADDRESS, URL, database, gateway, machine, registry
from oke.load import SecureLoad
from programs import tool

pytestmark = pytest.mark.lab

FAULTS = Path(__file__).parent / "faults"
PATHS = ("/api/health", "/")
SECRETS = ("app-secrets", "kafka-secrets", "ghcr-pull", "dapr-app-token", "smoke-user")


@dataclass(frozen=True)
class Cloud:
    """Hold what a person was given by those who run the parts, and the machine in front of them."""

    machine: machine.Machine
    registry: registry.Registry
    database: database.Database
    kafka: broker.Broker
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

    def load(self) -> SecureLoad:
        """Ask as people do for as long as the block lasts."""
        return SecureLoad(PATHS, store=self.machine.store)


@pytest.fixture(scope="module")
def cloud(images: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Cloud]:
    """Have it with nothing released; afterwards the lab is as the other tests expect it."""
    lab.uninstall()
    forget_secrets()
    named = ("registry", "kafka", "database", "authority", "gateway", "machine")
    folders = {name: tmp_path_factory.mktemp(name) for name in named}
    kafka = broker.running(
        Path(tool("kafka")), folders["kafka"], "SCRAM-SHA-512", with_topics=False, host=ADDRESS
    )
    with (
        registry.running(folders["registry"]) as stored,
        database.running(folders["database"]) as postgresql,
        kafka as events,
        acme.running(folders["authority"], 443, ADDRESS) as authority,
    ):
        trusted = (stored.authority, authority.root)
        person = machine.Machine.make(folders["machine"], trusted)
        with gateway.running(folders["gateway"], authority, person) as installed:
            assert installed.exit_code == 0, installed.text
            assert f"next: todo-ci deploy --env oke --url {URL}" in installed.stdout
            yield Cloud(person, stored, postgresql, events, folders["machine"])
        lab.uninstall()
    forget_secrets()
    assert lab.todo_ci("secrets", "--env", "local").exit_code == 0


def forget_secrets() -> None:
    wanted = ("delete", "secret", *SECRETS, "--ignore-not-found")
    lab.admin("kubectl", "-n", lab.NAMESPACE, *wanted)


@pytest.fixture(scope="module")
def topics(cloud: Cloud) -> None:
    """Have the app's topics on the broker."""
    script = str(lab.ROOT / "infra/oke/kafka-topics.sh")
    broker_of_ours = ("--kafka-brokers", cloud.kafka.address, "--kafka-username", broker.USER)
    trust = ("--authority", str(cloud.kafka.authority), "--mechanism", cloud.kafka.mechanism)
    done = cloud.machine.run(script, *broker_of_ours, *trust, KAFKA_PASSWORD=broker.PASSWORD)
    assert done.exit_code == 0, done.text


@pytest.fixture(scope="module")
def serving(cloud: Cloud) -> tuple[str, ...]:
    """Name the images that serve, for another release of them."""
    backend, frontend = sorted(
        image for image in lab.running_images() if image.startswith(cloud.registry.host)
    )
    return "--backend", backend, "--frontend", frontend


def refused(run: lab.Run, *reasons: str) -> None:
    """Hold a call to having been refused before anything was released."""
    assert run.exit_code == 1, run.text
    for reason in reasons:
        assert reason in run.stderr, run.text
    assert lab.history() == []


def test_secrets_are_refused_whose_database_nobody_checks(cloud: Cloud) -> None:
    run = cloud.secrets(f"{cloud.database.plain}?sslmode=require")
    assert run.exit_code == 1
    assert "sslmode: require does not check who answers" in run.stderr
    elsewhere = cloud.database.url.replace("/etc/todo/", "/etc/pki/")
    assert "sslrootcert: no pod has the file" in cloud.secrets(elsewhere).stderr
    listed = lab.admin("kubectl", "-n", lab.NAMESPACE, "get", "secrets", "-o", "name")
    assert "app-secrets" not in listed


def test_a_release_is_refused_by_the_names_of_the_secrets_it_lacks(cloud: Cloud) -> None:
    run = cloud.deploy(timeout=900)
    refused(run, "app-secrets", "kafka-secrets", "ghcr-pull", "next:")


def test_secrets_are_applied(cloud: Cloud) -> None:
    run = cloud.secrets(cloud.database.url)
    assert run.exit_code == 0, run.text
    for name in SECRETS:
        assert name in run.stdout


def test_a_release_is_refused_whose_address_no_browser_would_open(
    cloud: Cloud, tmp_path: Path
) -> None:
    stranger = machine.Machine.make(tmp_path, (cloud.registry.authority,))
    run = replace(cloud, machine=stranger).deploy(timeout=900)
    refused(run, f"{URL} is not reached", "certificate", "gateway.sh")


@pytest.mark.usefixtures("topics")
def test_a_commit_is_released_and_verified(cloud: Cloud) -> None:
    run = cloud.deploy(timeout=900)
    assert run.exit_code == 0, run.text
    assert lab.verdict(1) == "r1-passed"
    assert URL in run.text
    namespace = json.loads(lab.admin("kubectl", "get", "namespace", lab.NAMESPACE, "-o", "json"))
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    given = json.loads(
        lab.admin("helm", "get", "values", lab.RELEASE, "-n", lab.NAMESPACE, "-o", "json", "--all")
    )
    assert given["environment"] == "oke"
    assert given["dapr"]["kafka"]["tls"] is True


def test_what_serves_is_verified_again_and_from_outside_alone_where_nothing_is_trusted(
    cloud: Cloud, tmp_path: Path
) -> None:
    run = cloud.todo_ci("verify", "--url", URL)
    assert run.exit_code == 0, run.text
    stranger = machine.Machine.make(tmp_path, ())
    kubeconfig = f"file:{lab.STATE / 'pipeline.kubeconfig'}"
    run = stranger.run(
        "todo-ci", "verify", "--env", "oke", "--url", URL, "--kubeconfig", kubeconfig
    )
    assert run.exit_code == 1
    assert "certificate verify failed" in run.text


@pytest.mark.parametrize("fault", ["crash", "testFail"])
def test_a_broken_release_returns_and_no_request_fails(
    cloud: Cloud, serving: tuple[str, ...], fault: str
) -> None:
    served = lab.running_images()
    with cloud.load() as load:
        run = cloud.deploy(*serving, fault=fault)
    print(f"{fault}: back in {run.seconds:.1f} s; {load}")
    assert run.exit_code == 1
    assert f"faults.{fault} is set" in run.text
    assert load.failures == []
    assert load.answered > 0
    assert lab.running_images() == served
    newest = lab.latest()
    assert lab.verdict(newest["revision"]) == f"r{newest['revision']}-passed"


def test_the_next_release_and_the_way_back_lose_no_request(
    cloud: Cloud, serving: tuple[str, ...]
) -> None:
    good = lab.latest()["revision"]
    with cloud.load() as load:
        released = cloud.deploy(*serving)
        returned = cloud.todo_ci("rollback", "--url", URL)
    print(f"released in {released.seconds:.1f} s, back in {returned.seconds:.1f} s; {load}")
    assert released.exit_code == 0, released.text
    assert returned.exit_code == 0, returned.text
    assert lab.latest()["description"] == f"Rollback to {good}"
    assert load.failures == []
    assert load.answered > 0
