"""Rates and lags of events on their way to Kafka in one run, and their table."""

from dataclasses import dataclass

from bench import measures
from bench.clients import told
from bench.machines import Machines
from bench.progress import say


@dataclass(frozen=True)
class Sizes:
    """Say how much is measured."""

    direct: int = 2_000
    bulk: int = 50_000
    outbox: int = 50_000
    dapr_outbox: int = 15
    lag_per_second: int = 500
    lag_seconds: int = 20


QUICK = Sizes(direct=200, bulk=5_000, outbox=5_000, dapr_outbox=4, lag_seconds=4)


@dataclass(frozen=True)
class Figures:
    """Hold what one run measured: events a second, and lags."""

    direct: float
    bulk: float
    outbox: float
    dapr_outbox: float
    stored_lag: measures.Lag
    api_lag: measures.Lag
    failures: list[str]
    request_p99: float


async def measure(machines: Machines, sizes: Sizes) -> Figures:
    """Measure one after the other, so that none disturbs another."""
    say("direct publishing")
    direct = await measures.direct(machines, sizes.direct)
    say("the bulk limit")
    bulk = await measures.bulk(machines, sizes.bulk)
    say("the outbox")
    outbox = await measures.outbox(machines, sizes.outbox)
    say("the lag of events committed elsewhere")
    stored = await measures.stored_lag(machines, sizes.lag_per_second, sizes.lag_seconds)
    say("the lag while the API is written to")
    written, api = await measures.api_lag(machines, sizes.lag_per_second, sizes.lag_seconds)
    say("Dapr's own outbox")
    dapr_outbox = await measures.dapr_outbox(machines, sizes.dapr_outbox, patience=60)
    return Figures(
        direct=direct,
        bulk=bulk,
        outbox=outbox,
        dapr_outbox=dapr_outbox,
        stored_lag=stored,
        api_lag=api,
        failures=written.failures,
        request_p99=measures.percentile(written.seconds, 0.99),
    )


def table(figures: Figures) -> str:
    """Lay the figures out with their ratios, which say more than any one of them."""
    f = figures
    own = f.dapr_outbox or float("nan")
    return f"""\
one event a call               {f.direct:>8,.0f} events/s
bulk of 500, from memory       {f.bulk:>8,.0f} events/s  {f.bulk / f.direct:,.1f} x one a call
the outbox, one backend        {f.outbox:>8,.0f} events/s  {f.outbox / f.bulk:.0%} of bulk, \
{f.outbox / f.direct:,.1f} x one a call, {f.outbox / own:,.0f} x Dapr's own
Dapr's own outbox              {f.dapr_outbox:>8,.2f} events/s

from the change to Kafka
committed by another process   {_lag(f.stored_lag)}
by requests to the API         {_lag(f.api_lag)}; \
requests p99 {f.request_p99 * 1000:,.0f} ms, {told(f.failures)}"""


def _lag(lag: measures.Lag) -> str:
    return (
        f"{lag.per_second:>8,.0f} events/s  p50 {lag.p50 * 1000:,.0f} ms, "
        f"p99 {lag.p99 * 1000:,.0f} ms, worst {lag.worst * 1000:,.0f} ms, missing {lag.missing}"
    )
