"""kafka-topics.sh makes what is missing on a real broker, once, and tells what is not as agreed."""

import os
import subprocess
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import broker
import pytest
from broker import Broker
from confluent_kafka.admin import AdminClient, ConfigResource
from confluent_kafka.cimpl import NewTopic
from programs import tool
from rendering import topics

REPOSITORY = Path(__file__).parents[3]
NAMES = [name for topic in topics() for name in (topic, f"{topic}-dead-letter")]
SCRIPT = REPOSITORY / "infra/oke/kafka-topics.sh"
# A broker each; one is enough where the mechanism makes no difference.
_, SCRAM, PLAIN = broker.MECHANISMS
EACH_MECHANISM = pytest.mark.parametrize("kafka", [SCRAM, PLAIN], indirect=True)


def run(*arguments: str, cwd: Path = REPOSITORY, **variables: str) -> tuple[int, str, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KAFKA_")}
    done = subprocess.run(
        [SCRIPT, *arguments],
        cwd=cwd,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def call(kafka: Broker, *more: str, password: str = broker.PASSWORD) -> tuple[int, str, str]:
    """Type what the guide says, for a broker of a private authority."""
    given = (f"--kafka-brokers={kafka.address}", f"--kafka-username={broker.USER}")
    trust = (f"--authority={kafka.authority}", f"--mechanism={kafka.mechanism}")
    return run(*given, *trust, *more, KAFKA_PASSWORD=password)


@pytest.fixture(scope="module", params=[SCRAM])
def kafka(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Broker]:
    folder = tmp_path_factory.mktemp("kafka")
    program = Path(tool("kafka"))
    with broker.running(program, folder, request.param, with_topics=False) as running:
        yield running


@pytest.fixture
def admin(kafka: Broker) -> Generator[AdminClient]:
    """Give an administrator, and the broker back without topics."""
    client = AdminClient(kafka.settings())
    yield client
    there = listed(client)
    for future in client.delete_topics(list(there)).values() if there else ():  # pyright: ignore
        future.result()
    wait(client, lambda names: not names)


def listed(admin: AdminClient) -> set[str]:
    return {name for name in admin.list_topics(timeout=30).topics if name in NAMES}  # pyright: ignore


def wait(admin: AdminClient, condition: Callable[[set[str]], bool]) -> None:
    """Wait until the broker lists what it was told: it answers before."""
    until = time.monotonic() + 60
    while not condition(listed(admin)):
        assert time.monotonic() < until, listed(admin)
        time.sleep(0.1)


def make(admin: AdminClient, name: str, partitions: int = 3, **config: str) -> None:
    settings = {key.replace("_", "."): value for key, value in config.items()}
    topic = NewTopic(name, partitions, replication_factor=1, config=settings)
    made: dict[str, Future[None]] = admin.create_topics([topic])  # pyright: ignore
    made[name].result()
    wait(admin, lambda names: name in names)


def there(admin: AdminClient) -> dict[str, tuple[int, str, str]]:
    """Return partitions, retention and clean-up of the topics of the app."""
    found: Any = admin.list_topics(timeout=30).topics  # pyright: ignore
    names = [name for name in found if name in NAMES]
    wanted = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in names]
    asked: dict[ConfigResource, Future[Any]] = admin.describe_configs(wanted) if wanted else {}  # pyright: ignore
    settings = {resource.name: future.result() for resource, future in asked.items()}
    return {
        name: (
            len(found[name].partitions),
            settings[name]["retention.ms"].value,
            settings[name]["cleanup.policy"].value,
        )
        for name in names
    }


AS_AGREED = dict.fromkeys(NAMES, (3, "604800000", "delete"))


@pytest.mark.lab
@EACH_MECHANISM
def test_all_topics_are_made_once_as_agreed(kafka: Broker, admin: AdminClient) -> None:
    code, said, error = call(kafka)
    assert (code, error) == (0, ""), error
    assert [line.split() for line in said.splitlines()] == [[n, "made"] for n in sorted_names(said)]
    assert there(admin) == AS_AGREED
    code, said, _ = call(kafka)
    assert code == 0
    assert {line.split()[1] for line in said.splitlines()} == {"there"}
    assert call(kafka, "--check")[0] == 0


def sorted_names(said: str) -> list[str]:
    names = [line.split()[0] for line in said.splitlines()]
    assert sorted(names) == sorted(NAMES)
    return names


@pytest.mark.lab
def test_a_check_tells_what_is_missing_and_makes_nothing(kafka: Broker, admin: AdminClient) -> None:
    make(admin, "task-events")
    code, said, error = call(kafka, "--check")
    assert code == 1
    assert "reminders is missing" in error
    assert "task-events is missing" not in error
    assert "next: infra/oke/kafka-topics.sh without --check" in error
    assert "is missing" in said
    assert set(there(admin)) == {"task-events"}


@pytest.mark.lab
def test_a_run_that_was_ended_is_finished_by_the_next(kafka: Broker, admin: AdminClient) -> None:
    for name in NAMES[:4]:
        make(admin, name)
    assert call(kafka)[0] == 0
    assert there(admin) == AS_AGREED


@pytest.mark.lab
@pytest.mark.parametrize(
    ("partitions", "config", "reason"),
    [
        (1, {}, "reminders has 1 partitions, 3 are agreed"),
        (3, {"retention_ms": "86400000"}, "reminders keeps events for 1 days, 7 are agreed"),
        (3, {"cleanup_policy": "compact"}, "reminders has cleanup.policy compact"),
    ],
)
def test_what_is_not_as_agreed_is_told_and_left_alone(
    kafka: Broker, admin: AdminClient, partitions: int, config: dict[str, str], reason: str
) -> None:
    make(admin, "reminders", partitions, **config)
    before = there(admin)["reminders"]
    code, _, error = call(kafka)
    assert (code, reason in error) == (1, True), error
    assert there(admin)["reminders"] == before
    assert set(there(admin)) == set(NAMES), "the others are made nevertheless"


@pytest.mark.lab
def test_more_partitions_and_a_longer_time_are_no_fault(kafka: Broker, admin: AdminClient) -> None:
    make(admin, "reminders", 6, retention_ms="-1")
    make(admin, "task-events", 12, retention_ms="1209600000")
    assert call(kafka)[0] == 0


@pytest.mark.lab
@EACH_MECHANISM
def test_a_wrong_password_is_told_and_not_shown(kafka: Broker) -> None:
    code, _, error = call(kafka, password="not-it")
    assert (code, "--kafka-password" in error) == (1, True), error
    assert "not-it" not in error


@pytest.mark.lab
def test_what_the_broker_refuses_is_told_with_the_setting_to_look_at(kafka: Broker) -> None:
    code, _, error = call(kafka, "--mechanism=SCRAM-SHA-256")
    assert (code, "--mechanism" in error) == (1, True), error
    code, _, error = call(kafka, "--authority=", "--patience=5")
    assert (code, "--authority FILE" in error) == (1, True), error
    code, _, error = call(kafka, "--no-tls", "--patience=5")
    assert (code, "speak TLS" in error) == (1, True), error


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--kafka-brokers=SASL_SSL://a:9092",), "again with --kafka-brokers a:9092"),
        ((), "--kafka-brokers is missing"),
        (("--kafka-brokers=a:9092", "--kafka-username= "), "--kafka-username is missing"),
        (("--mechanism=SHA-512",), "SCRAM-SHA-512"),
        (("--mechanism=PLAIN", "--no-tls"), "readable"),
        (("--kafka-password=canary",), "accepted: env:NAME or file:PATH"),
        (("--kafka-password=env:NONE",), "env:NONE is empty"),
        (("--kafka-password=file:none",), "none cannot be read"),
        (("--authority=none.pem",), "none.pem cannot be read"),
        (("--chek",), "next: infra/oke/kafka-topics.sh --help"),
    ],
)
def test_what_cannot_work_is_refused_before_a_broker_is_asked(
    arguments: tuple[str, ...], says: str
) -> None:
    given = {"KAFKA_PASSWORD": "x"}
    if says != "--kafka-brokers is missing":
        given |= {"KAFKA_BROKERS": "127.0.0.1:1", "KAFKA_USERNAME": "todo"}
    code, said, error = run(*arguments, **given)
    assert (code, said) == (1, "")
    assert says in error
    assert "canary" not in error


def test_files_are_found_from_where_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("x\n")
    given = ("--kafka-brokers=127.0.0.1:1", "--kafka-username=u", "--patience=0.1")
    _, _, error = run(*given, "--kafka-password=file:word", cwd=tmp_path)
    assert error.startswith("no answer from Kafka")
