"""Read the command line of infra/oke/kafka-topics.sh, and say what came of it."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from todo_ci.errors import ClusterError, InputError, PipelineError
from todo_ci.plugins.kafka import Kafka

from kafka_topics.cluster import Cluster
from kafka_topics.contract import contract

COMMAND = "infra/oke/kafka-topics.sh"
MECHANISMS = ("SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise InputError(message, next_step=f"{COMMAND} --help")


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the command; return its exit code."""
    try:
        options = _options(arguments, environment)
        cluster = Cluster(_settings(options, environment), options.patience)
        _provide(cluster, check=options.check)
    except PipelineError as error:
        print(error.text(), file=sys.stderr)
        return 1
    return 0


def _provide(cluster: Cluster, *, check: bool) -> None:
    agreed = contract()
    there = cluster.topics(agreed.names)
    missing = [name for name in agreed.names if name not in there]
    if missing and not check:
        cluster.make(missing, agreed)
        there = cluster.topics(agreed.names)
    width = max(map(len, agreed.names))
    problems: list[str] = []
    for name in agreed.names:
        found = agreed.problems(*there[name]) if name in there else ["is missing"]
        problems += (f"{name} {problem}" for problem in found)
        state = "made" if name in missing and name in there else "there"
        print(f"{name:{width}}  {'; '.join(found) if found else state}")
    if problems:
        raise ClusterError(
            f"{len(problems)} of Kafka's topics' settings are not as agreed:\n"
            + "\n".join(problems),
            next_step=f"{COMMAND} without --check makes what is missing; the rest is put right at "
            "the broker: its console, rpk topic alter-config, or kafka-configs.sh",
        )


def _options(arguments: Sequence[str], environment: Mapping[str, str]) -> argparse.Namespace:
    parser = _Parser(prog=COMMAND, add_help=False, allow_abbrev=False)
    parser.add_argument("--kafka-brokers", default=environment.get("KAFKA_BROKERS", ""))
    parser.add_argument("--kafka-username", default=environment.get("KAFKA_USERNAME", ""))
    parser.add_argument("--kafka-password", default="env:KAFKA_PASSWORD")
    parser.add_argument("--mechanism", default=MECHANISMS[0], choices=MECHANISMS)
    parser.add_argument("--authority", default="")
    parser.add_argument("--no-tls", action="store_true")
    parser.add_argument("--patience", type=float, default=30)
    parser.add_argument("--check", action="store_true")
    return parser.parse_args(arguments)


def _settings(options: argparse.Namespace, environment: Mapping[str, str]) -> dict[str, Any]:
    """Say in librdkafka's words how to sign in."""
    kafka = Kafka(options.kafka_brokers, options.kafka_username).read(COMMAND)
    for name, value in (("brokers", kafka.brokers), ("username", kafka.username)):
        if not value:
            raise InputError(
                f"--kafka-{name} is missing", next_step=f"add it, or set KAFKA_{name.upper()}"
            )
    if options.no_tls and options.mechanism == "PLAIN":
        raise InputError(
            "--no-tls with --mechanism PLAIN would send the password readable",
            next_step="leave --no-tls out, or use SCRAM-SHA-256 or SCRAM-SHA-512",
        )
    if options.authority:
        _readable(options.authority, "--authority")
    return {
        "bootstrap.servers": kafka.brokers,
        "security.protocol": "SASL_PLAINTEXT" if options.no_tls else "SASL_SSL",
        "ssl.ca.location": str(_path(options.authority)) if options.authority else "probe",
        "sasl.mechanism": options.mechanism,
        "sasl.username": kafka.username,
        "sasl.password": _password(options.kafka_password, environment),
    }


def _password(reference: str, environment: Mapping[str, str]) -> str:
    kind, _, place = reference.partition(":")
    if kind == "env":
        value = environment.get(place, "").strip()
    elif kind == "file":
        value = _readable(place, "--kafka-password").strip()
    else:
        # Not repeated: it may be the password.
        raise InputError(
            "--kafka-password is no reference",
            accepted="env:NAME or file:PATH, never the password itself",
            next_step="--kafka-password file:PATH",
        )
    if not value:
        raise InputError(
            f"--kafka-password: {reference} is empty",
            next_step="set KAFKA_PASSWORD, or --kafka-password file:PATH",
        )
    return value


def _path(name: str) -> Path:
    """Find a file from where the script was called."""
    return Path(os.environ.get("CALLED_FROM", ".")) / Path(name).expanduser()


def _readable(name: str, option: str) -> str:
    try:
        return _path(name).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{option}: {name} cannot be read: {error}", next_step=f"{option} with a right path"
        ) from None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], os.environ))
