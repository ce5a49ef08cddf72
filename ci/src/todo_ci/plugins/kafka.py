"""Where Kafka is and who asks, read before anything is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from todo_ci.errors import InputError

# infra/oke/kafka-topics.sh reads this module too, with no package of the pipeline's.
_BROKERS, _BROKERS_LINE = "kafka-brokers", "KAFKA_BROKERS"
_USERNAME, _USERNAME_LINE = "kafka-username", "KAFKA_USERNAME"
_SHAPE = "host:port, several with commas between them: a.example.org:9092,b.example.org:9092"
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\]", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,5}")
_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Kafka:
    """Say where Kafka is and who asks; the password is one of the secrets.

    Args:
        brokers: ``host:port``, several with commas between them.
        username: who signs in by SASL.
    """

    brokers: str = ""
    username: str = ""

    def read(self, command: str = "todo-ci secrets", *, in_lines: bool = False) -> "Kafka":
        """Spell both as a sidecar needs them: it takes a space or a scheme for part of the name.

        Args:
            command: what to call again where they are refused.
            in_lines: True where they were given as lines, and not by flags.

        Raises:
            InputError: naming the broker or the user that no sidecar could use.
        """
        entries = [entry.strip() for entry in self.brokers.split(",")]
        again = f"{command} again with"
        spelled = f"{_BROKERS_LINE}=" if in_lines else f"--{_BROKERS} "
        brokers = ",".join(_broker(entry, spelled, again) for entry in entries if entry)
        username = self.username.strip()
        if not username.isprintable():
            name = _USERNAME_LINE if in_lines else f"--{_USERNAME}"
            raise InputError(
                f"{name} {username!r} holds a character that is not printed",
                accepted="the user as the broker's provider shows it, on one line",
                next_step=f"{again} a right {name}",
            )
        return Kafka(brokers, username)

    def flags(self) -> dict[str, str]:
        """Return what the flags say, by their names."""
        return {_BROKERS: self.brokers, _USERNAME: self.username}


def tidied(values: Mapping[str, str]) -> dict[str, str]:
    """Spell those that are there as ``Kafka.read`` does.

    Args:
        values: of lines, by the names of the flags that they stand for.

    Raises:
        InputError: naming the broker or the user that no sidecar could use.
    """
    given = Kafka(values.get(_BROKERS, ""), values.get(_USERNAME, ""))
    read = given.read("the same command", in_lines=True).flags()
    return {flag: value for flag, value in read.items() if flag in values}


def _broker(entry: str, spelled: str, again: str) -> str:
    scheme, separator, rest = entry.rpartition("://")
    host, _, port = rest.rpartition(":")
    usable = bool(_HOST.fullmatch(host)) and _is_port(port)
    if usable and not separator:
        return entry
    if separator:
        reason = f"has the scheme {scheme}://, which is a value of the chart (dapr.kafka)"
    elif not _HOST.fullmatch(host):
        reason = "is no host:port"
    else:
        reason = f"has no port from 1 to {_MAX_PORT}"
    raise InputError(
        f"{spelled.rstrip(' =')}: {entry!r} {reason}; nothing was changed",
        accepted=_SHAPE,
        next_step=f"{again} {spelled}{rest if usable else 'HOST:PORT'}",
    )


def _is_port(text: str) -> bool:
    return bool(_DIGITS.fullmatch(text)) and 0 < int(text) <= _MAX_PORT
