"""Speak to a broker: wait until it answers, read its topics, make some."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    ConfigResource,  # pyright: ignore[reportPrivateImportUsage]
)
from confluent_kafka.cimpl import NewTopic
from todo_ci.errors import ClusterError

from kafka_topics.contract import CLEANUP, RETENTION, Contract

_REQUEST = 30  # seconds for an answer to one request
_RIGHTS = (
    "give the user the rights Describe and Create on the cluster, and Describe and DescribeConfigs "
    "on the topics, or use an administrator's user here"
)
_SAID_FIRST = (
    (KafkaError._AUTHENTICATION, "signing in was refused",
     "look at --kafka-username, --kafka-password and --mechanism: the provider's page shows all "
     "three"),
    (KafkaError._SSL, "no TLS connection",
     "--authority FILE with the certificates of the broker's authority, where it is private; "
     "--no-tls for a broker on the same machine"),
)  # fmt: skip
_NO_ANSWER = (
    "see that this machine reaches the brokers (address, port, firewall), that they speak TLS "
    "(else --no-tls) and that --mechanism is one they offer"
)
Topics = dict[str, tuple[int, Mapping[str, str]]]


class Cluster:
    """Hold a connection to Kafka.

    Args:
        settings: of librdkafka.
        patience: seconds to wait for the first answer.

    Raises:
        ClusterError: naming what the brokers or the way to them refuse.
    """

    def __init__(self, settings: Mapping[str, Any], patience: float) -> None:
        self._errors: list[KafkaError] = []
        # What it logs comes as an error too, and is said once.
        quiet = {"log_level": 0, "error_cb": self._errors.append}
        self._admin = AdminClient({**settings, **quiet})  # pyright: ignore[reportArgumentType]
        self._wait(patience)

    def topics(self, names: Sequence[str]) -> Topics:
        """Return partitions and settings of those topics that are there."""
        there = self._metadata(_REQUEST)
        partitions = {name: len(there[name].partitions) for name in names if name in there}
        if not partitions:
            return {}
        wanted = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in partitions]
        asked: dict[ConfigResource, Future[Any]] = self._admin.describe_configs(  # pyright: ignore
            wanted, request_timeout=_REQUEST
        )
        found: Topics = {}
        for resource in wanted:
            settings = _answer(asked[resource], f"topic {resource.name}")
            chosen = {name: settings[name].value for name in (RETENTION, CLEANUP)}
            found[resource.name] = (partitions[resource.name], chosen)
        return found

    def make(self, names: Sequence[str], contract: Contract) -> None:
        """Make topics, as often copied as the brokers do by default, and wait until they are there.

        One that somebody made meanwhile is left as it is.
        """
        wanted = [
            NewTopic(name, contract.partitions, replication_factor=-1, config=contract.settings())
            for name in names
        ]
        made: dict[str, Future[None]] = self._admin.create_topics(  # pyright: ignore
            wanted, request_timeout=_REQUEST
        )
        for name, future in made.items():
            _answer(future, f"topic {name}", but_not=KafkaError.TOPIC_ALREADY_EXISTS)
        # A broker answers before it lists them itself.
        until = time.monotonic() + _REQUEST
        while absent := [name for name in names if name not in self._metadata(_REQUEST)]:
            if time.monotonic() > until:
                raise ClusterError(
                    f"Kafka said that it made {', '.join(absent)}, and does not list it",
                    next_step="the same command",
                )
            time.sleep(0.1)

    def _wait(self, patience: float) -> None:
        until = time.monotonic() + patience
        while True:
            try:
                self._metadata(max(0.1, min(2.0, until - time.monotonic())))
                return
            except KafkaException as error:
                self._admin.poll(0)  # hands over the errors of the background threads
                self._refuse_what_stays(error.args[0], is_last=time.monotonic() > until)

    def _refuse_what_stays(self, error: KafkaError, *, is_last: bool) -> None:
        said = [*self._errors, error]
        for code, problem, next_step in _SAID_FIRST:
            for reason in said:
                if reason.code() == code:
                    raise ClusterError(f"{problem}: {reason.str()}", next_step=next_step)
        if is_last:
            raise ClusterError(f"no answer from Kafka: {said[0].str()}", next_step=_NO_ANSWER)

    def _metadata(self, timeout: float) -> Mapping[str, Any]:
        return self._admin.list_topics(timeout=timeout).topics  # pyright: ignore


def _answer(future: Future[Any], what: str, but_not: int | None = None) -> Any:
    try:
        return future.result()
    except KafkaException as error:
        reason: KafkaError = error.args[0]
        if reason.code() == but_not:
            return None
        refused = "AUTHORIZATION" in str(reason.name())
        raise ClusterError(
            f"{what}: {reason.str()}",
            next_step=_RIGHTS if refused else "mend that, then the same command",
        ) from None
