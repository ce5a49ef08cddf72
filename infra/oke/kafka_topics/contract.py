"""The topics that were agreed on, and what is wrong with those of a broker. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

INFRA = Path(__file__).resolve().parents[2]
DAY = 24 * 60 * 60 * 1000  # milliseconds
RETENTION = "retention.ms"
CLEANUP = "cleanup.policy"


@dataclass(frozen=True, slots=True)
class Contract:
    """Say which topics there are to be, and how.

    Args:
        names: of the topics, in the order of the subscriptions.
        partitions: of each, at least.
        retention: milliseconds that an event is kept, at least.
    """

    names: tuple[str, ...]
    partitions: int
    retention: int

    def settings(self) -> dict[str, str]:
        """Return what a topic is made with beside its partitions."""
        return {RETENTION: str(self.retention), CLEANUP: "delete"}

    def problems(self, partitions: int, settings: Mapping[str, str]) -> list[str]:
        """Say what is wrong with a topic, and how it is put right.

        More partitions or a longer time do no harm. Nothing is changed by itself: with a further
        partition a user's events may overtake those that wait in the old ones.
        """
        found: list[str] = []
        if partitions < self.partitions:
            found.append(
                f"has {partitions} partitions, {self.partitions} are agreed: "
                "when no event waits in it, delete it and let it be made again"
            )
        retention = int(settings[RETENTION])
        if 0 <= retention < self.retention:
            found.append(
                f"keeps events for {retention / DAY:.3g} days, {self.retention / DAY:.3g} are "
                f"agreed: set its {RETENTION} to {self.retention}"
            )
        if settings[CLEANUP] != "delete":
            found.append(
                f"has {CLEANUP} {settings[CLEANUP]}, which loses all events of a user but the "
                f"last: set its {CLEANUP} to delete"
            )
        return found


def contract() -> Contract:
    """Read what the repository says: names from the subscriptions, settings beside them."""
    text = (INFRA / "dapr-components" / "subscriptions.yaml").read_text()
    specs = [document["spec"] for document in yaml.safe_load_all(text)]
    settings = json.loads((INFRA / "kafka-topics.json").read_text())
    return Contract(
        tuple(spec["topic"] for spec in specs),
        settings["partitions"],
        settings["retentionMilliseconds"],
    )
