"""Latency of a user who lists tasks, at rest and while somebody else misbehaves."""

import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from bench.crowd import (
    MESSAGES,
    STREAMS,
    Listings,
    listings_during,
    listings_for,
    open_streams,
    send_messages,
    send_read_messages,
)
from bench.kafka_reader import percentile
from bench.progress import say
from bench.worst import worst
from tests.processes import serving
from tests.proxies import Proxy

TASKS, SEARCHES = 10_000, 50


@dataclass(frozen=True)
class Sizes:
    """Say how many seconds each state is measured at least."""

    seconds: float = 10


QUICK = Sizes(seconds=3)


@dataclass(frozen=True)
class Latency:
    """Hold how long the listings of one state took, in seconds, and how many were refused."""

    count: int
    p50: float
    p99: float
    refused: int


@dataclass(frozen=True)
class Figures:
    """Hold the latency at rest and of each state, the longest outage, and the search.

    Args:
        states: by name, with IDLE as the first.
        refused_seconds: the longest that a listing took to be refused while the database was mute.
        back_seconds: from the database's return until a listing was served again.
        plain: seconds of listing the newest 50 of TASKS, the median.
        search: seconds of listing 50 of them by a text that few have.
    """

    states: dict[str, Latency]
    refused_seconds: float
    back_seconds: float
    plain: float
    search: float


IDLE = "at rest"


async def measure(database_url: str, sizes: Sizes) -> Figures:
    """Measure the states one after the other, of one server process behind a proxy."""
    proxy = Proxy(database_url)
    _make_tasks(database_url)
    settings = {
        "TODO_ASSISTANT_WORKERS": "2",
        "TODO_LOG_LEVEL": "error",
        # Past these, messages would be refused, which costs less than to reply.
        "TODO_REQUESTS_A_MINUTE": "1000000",
        "TODO_CONVERSATIONS": "1000000",
    }
    async with proxy.running(), serving(proxy.url, **settings) as address:
        await listings_for(address, 1)
        say("listings at rest")
        states = {IDLE: _latency(await listings_for(address, sizes.seconds))}
        loads: dict[str, Callable[[str], Awaitable[object]]] = {
            f"{MESSAGES} short messages": partial(send_messages, message="hello"),
            f"{MESSAGES} longest messages": send_messages,
            f"{MESSAGES} of those read": send_read_messages,
            f"{MESSAGES} of the fuzzer's worst": partial(send_messages, message=worst()),
            f"{STREAMS} streams opening": open_streams,
        }
        for name, load in loads.items():
            say(f"listings during {name}")
            seen = await listings_during(address, _again(load, address, sizes.seconds))
            states[name] = _latency(seen)
        say("listings around a database that swallows packets")
        proxy.swallowing = True
        mute = await listings_for(address, sizes.seconds)
        proxy.swallowing = False
        before = time.perf_counter()
        while not (await listings_for(address, 0.1)).seconds:
            pass
        back = time.perf_counter() - before
        states["after its return"] = _latency(await listings_for(address, sizes.seconds))
        plain, search = await _searches(address)
    return Figures(states, max(mute.refused_after), back, plain, search)


async def _again(load: Callable[[str], Awaitable[object]], address: str, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        await load(address)


def _latency(seen: Listings) -> Latency:
    times = seen.seconds or [float("nan")]
    return Latency(
        len(seen.seconds), percentile(times, 0.5), percentile(times, 0.99), len(seen.refused)
    )


async def _searches(address: str) -> tuple[float, float]:
    say(f"search in {TASKS:,} tasks")
    medians: list[float] = []
    for query in ("", "&q=GRUSSE%20Bern"):
        seen: list[float] = []
        for _ in range(SEARCHES):
            seen += (await listings_for(address, 0, "ann", query)).seconds
        medians.append(percentile(seen, 0.5))
    return medians[0], medians[1]


def _make_tasks(database_url: str) -> None:
    for statement in (_MAKE, "analyze tasks"):
        command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", database_url, "-c", statement]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


# One in a thousand is found, by its folded text.
_MAKE = f"""\
insert into tasks (id, user_id, title, priority, version, created_at, updated_at, search,
  search_version)
select gen_random_uuid(), 'ann', title, 2, 1, moment, moment, lower(title), 1
from generate_series(1, {TASKS}) number,
  lateral (select now() - number * interval '1 minute',
    case when number % 1000 = 0 then 'grusse bern ' else 'book train ' end || number
  ) made (moment, title)
"""


def table(figures: Figures) -> str:
    """Lay the figures out, each state beside the one at rest."""
    rest = figures.states[IDLE]
    lines = ["a second user lists tasks"]
    for name, seen in figures.states.items():
        ratio = (
            ""
            if name == IDLE
            else (f", {seen.p50 / rest.p50:.1f} x and {seen.p99 / rest.p99:.1f} x at rest")
        )
        lines.append(
            f"{name:<24}{seen.count:>6} answers  p50 {seen.p50 * 1000:,.0f} ms, "
            f"p99 {seen.p99 * 1000:,.0f} ms, refused {seen.refused}{ratio}"
        )
    lines.append(f"refused after {figures.refused_seconds:.1f} s while the database is mute")
    lines.append(f"served {figures.back_seconds:.1f} s after the database's return")
    lines.append(
        f"search in {TASKS:,} tasks {figures.search * 1000:.1f} ms, list 50 of them "
        f"{figures.plain * 1000:.1f} ms: {figures.search / figures.plain:.2f} x"
    )
    return "\n".join(lines)
