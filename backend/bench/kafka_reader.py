"""Arrivals in Kafka: read by Kafka's own consumer, from the broker's time stamps."""

import json
from dataclasses import dataclass
from datetime import datetime

from bench.machines import Machines


@dataclass(frozen=True)
class Arrival:
    """Name an event that is in Kafka; moments are seconds since 1970."""

    id: str
    key: str | None
    made: float
    arrived: float


def arrivals(machines: Machines, topic: str, quiet_seconds: int = 3) -> list[Arrival]:
    """Return every record of a topic, in the order the broker took them."""
    printed = machines.kafka_tool(
        "kafka-console-consumer.sh",
        *("--topic", topic, "--from-beginning", "--timeout-ms", str(quiet_seconds * 1000)),
        *("--property", "print.timestamp=true"),
    )
    return sorted(
        (_arrival(line) for line in printed.splitlines() if "\t" in line),
        key=lambda arrival: arrival.arrived,
    )


def _arrival(line: str) -> Arrival:
    stamp, _, value = line.partition("\t")
    event = json.loads(value)
    return Arrival(
        id=event["id"],
        key=event.get("partitionkey"),
        made=datetime.fromisoformat(event["time"]).timestamp(),
        arrived=int(stamp.partition(":")[2]) / 1000,
    )


def rate(found: list[Arrival]) -> float:
    """Return events a second between the first and the last arrival."""
    if len(found) < 2:
        return 0.0
    return (len(found) - 1) / max(found[-1].arrived - found[0].arrived, 0.001)


def percentile(values: list[float], share: float) -> float:
    """Return the value that this share of them does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
