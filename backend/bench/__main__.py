"""Measure how events reach Kafka, and the API against a peer's: ./do bench."""

import argparse
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import anyio

from bench import api, events, others, peer
from bench.machines import Machines, running
from migrations.runner import upgrade
from settings import async_database_url

PARTS = ("events", "api", "others")


@dataclass(frozen=True)
class Seen:
    """Hold the figures of a part, and its table."""

    figures: events.Figures | api.Figures | others.Figures
    table: str


def main() -> None:
    """Run what was chosen and print a table, or one JSON document."""
    parser = argparse.ArgumentParser(prog="./do bench", description=__doc__)
    parser.add_argument("--kafka", type=Path, required=True, help="folder of ./do lab tools kafka")
    parser.add_argument("--daprd", type=Path, required=True, help="file of ./do lab tools daprd")
    parser.add_argument("--quick", action="store_true", help="a tenth of the events and requests")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--only", choices=PARTS, help="one part; default: all")
    parser.add_argument(
        "--peer", type=Path, metavar="DIR",
        help="checkout of fastapi/full-stack-fastapi-template to compare with; default: none",
    )  # fmt: skip
    chosen = parser.parse_args()
    parts = (chosen.only,) if chosen.only else PARTS
    if chosen.peer:
        try:
            peer.check(chosen.peer)
        except peer.NoPeer as error:
            parser.error(str(error))
    with (
        tempfile.TemporaryDirectory(prefix="todo-bench-") as folder,
        running(chosen.kafka, chosen.daprd, Path(folder)) as machines,
    ):
        upgrade(async_database_url(machines.database_url))
        seen = [_MEASURES[part](machines, chosen.quick, chosen.peer) for part in parts]
    if chosen.json:
        figures = {part: asdict(one.figures) for part, one in zip(parts, seen, strict=True)}
        print(json.dumps(figures, indent=2))
    else:
        print("\n\n".join(one.table for one in seen))


def _events(machines: Machines, quick: bool, _: Path | None) -> Seen:
    figures = anyio.run(events.measure, machines, events.QUICK if quick else events.Sizes())
    return Seen(figures, events.table(figures))


def _api(machines: Machines, quick: bool, checkout: Path | None) -> Seen:
    with api.apis(machines, checkout) as apis:
        figures = anyio.run(api.measure, machines, apis, api.QUICK if quick else api.Sizes())
    return Seen(figures, api.table(figures))


def _others(machines: Machines, quick: bool, _: Path | None) -> Seen:
    url = machines.make_database("others")
    upgrade(async_database_url(url))
    figures = anyio.run(others.measure, url, others.QUICK if quick else others.Sizes())
    return Seen(figures, others.table(figures))


_MEASURES = {"events": _events, "api": _api, "others": _others}

main()
