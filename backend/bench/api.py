"""Speed of the API: against a peer's, under the cost of events, and with many tasks."""

import statistics
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import keys, peer
from bench.clients import Answered, Api, ask, told
from bench.kafka_reader import percentile
from bench.machines import Machines, backend
from bench.progress import say
from migrations.runner import upgrade
from settings import async_database_url

USERS = [f"reader-{number}" for number in range(20)]
FEW, MANY = 100, 100_000


@dataclass(frozen=True)
class Sizes:
    """Say how long is measured: so many rounds of so many seconds, over so many connections."""

    rounds: int = 3
    seconds: float = 6
    connections: int = 16


QUICK = Sizes(rounds=1, seconds=2)


@dataclass(frozen=True)
class Pace:
    """Hold the median round of one API: answers a second, and the time 99 in 100 kept."""

    per_second: float
    p99: float
    failures: list[str]


@dataclass(frozen=True)
class Figures:
    """Hold the pace of each API at creating and listing, and the listings of few and many."""

    create: dict[str, Pace]
    page: dict[str, Pace]
    few: float
    many: float


OURS, NO_SIDECAR, PEER = "this API", "without sidecar", "the peer"


@contextmanager
def apis(machines: Machines, checkout: Path | None) -> Generator[dict[str, Api]]:
    """Run what is compared, each on a database of its own.

    Raises:
        peer.NoPeer: when `checkout` is none.
    """
    with ExitStack() as stack:
        found = {
            OURS: stack.enter_context(_ours(machines, "ours", {})),
            NO_SIDECAR: stack.enter_context(
                _ours(machines, "alone", {"TODO_EVENTS": "in-process"})
            ),
        }
        if checkout:
            found[PEER] = stack.enter_context(peer.running(checkout, machines, USERS))
        yield found


async def measure(machines: Machines, apis: dict[str, Api], sizes: Sizes) -> Figures:
    """Measure each in turn, round by round, so that all see the same machine."""
    say("how fast tasks are made")
    create = await _paces(apis, lambda api: api.create, sizes)
    say("how fast the newest 50 are listed")
    page = await _paces(apis, lambda api: api.page, sizes)
    say(f"the list of somebody with {MANY:,} tasks")
    few, many = await _scale(machines, sizes)
    return Figures(create, page, few, many)


@contextmanager
def _ours(machines: Machines, name: str, environment: dict[str, str]) -> Generator[Api]:
    url = machines.make_database(name)
    upgrade(async_database_url(url))
    with keys.published() as (signer, sign_in):
        variables = {**sign_in, "DATABASE_URL": url, "TODO_LOG_LEVEL": "info", **environment}
        with backend(machines, variables) as address:
            tokens = {user: keys.token(signer, user) for user in USERS}
            yield Api(address, "/api/{user}/tasks", "?limit=50", tokens)


async def _paces(
    apis: dict[str, Api], question: Callable[[Api], Callable[[str, int], bytes]], sizes: Sizes
) -> dict[str, Pace]:
    rounds: dict[str, list[Answered]] = {name: [] for name in apis}
    for _ in range(sizes.rounds):
        for name, api in apis.items():
            rounds[name].append(await ask(api, question(api), sizes.seconds, sizes.connections))
    return {name: _median(seen) for name, seen in rounds.items()}


def _median(rounds: list[Answered]) -> Pace:
    middle = sorted(rounds, key=lambda answered: answered.per_second)[len(rounds) // 2]
    failures = [failure for answered in rounds for failure in answered.failures]
    return Pace(middle.per_second, percentile(middle.seconds, 0.99), failures)


async def _scale(machines: Machines, sizes: Sizes) -> tuple[float, float]:
    counts = {"few": FEW, "many": MANY}
    for user, count in counts.items():
        machines.sql(_MAKE.format(user=user, count=count))
    machines.sql("analyze tasks")
    with keys.published() as (signer, sign_in), backend(machines, sign_in) as address:
        seen: dict[str, list[float]] = {user: [] for user in counts}
        for _ in range(sizes.rounds):
            for user in counts:
                tokens = {user: keys.token(signer, user)}
                api = Api(address, "/api/{user}/tasks", "?limit=50", tokens)
                seen[user] += (await ask(api, api.page, sizes.seconds / 2, 1)).seconds
    return statistics.median(seen["few"]), statistics.median(seen["many"])


_MAKE = """\
insert into tasks (id, user_id, title, priority, version, created_at, updated_at)
select gen_random_uuid(), '{user}', 'Book train ' || number, 2, 1, moment, moment
from generate_series(1, {count}) number,
  lateral (select now() - number * interval '1 minute') made (moment)
"""


def table(figures: Figures) -> str:
    """Lay the figures out, each API beside this one."""
    lines: list[str] = []
    for what, paces in (("make a task", figures.create), ("list 50", figures.page)):
        ours = paces[OURS].per_second
        for name, pace in paces.items():
            ratio = "" if name == OURS else f", {OURS} is {ours / pace.per_second:.2f} x that"
            lines.append(
                f"{what:<14}{name:<17}{pace.per_second:>8,.0f} requests/s  "
                f"p99 {pace.p99 * 1000:,.0f} ms, {told(pace.failures)}{ratio}"
            )
    if PEER not in figures.create:
        lines.append(f"{PEER:<31}skipped: --peer DIR names no checkout of {peer.ORIGIN}")
    lines.append(
        f"list 50 of {MANY:,} tasks {figures.many * 1000:.2f} ms, of {FEW} tasks "
        f"{figures.few * 1000:.2f} ms: {figures.many / figures.few:.2f} x"
    )
    return "\n".join(lines)
