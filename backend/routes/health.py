"""Health of this process, each question at its own path."""

from typing import Literal

from fastapi import APIRouter, Response

from routes.dependencies import AppHealth, AppSettings
from schemas.system import (
    DatabaseHealth,
    Health,
    HealthDetails,
    OutboxHealth,
    Probe,
    Readiness,
)
from services.health import DatabaseState
from settings import VERSION

DETAILS = "/health"
router = APIRouter(tags=["health"])


# Routed to everybody: it tells nothing that one does not see by using the app.
@router.get("/api/health", summary="Tell what runs, and whether it works")
async def get_health(settings: AppSettings, health: AppHealth) -> Health:
    state = await health.database()
    return Health(status=_status(state), commit=settings.commit, version=VERSION)


# No gateway routes it, as /metrics: it is for those inside the cluster.
@router.get(DETAILS, include_in_schema=False)
async def get_health_details(settings: AppSettings, health: AppHealth) -> HealthDetails:
    state = await health.database()
    return HealthDetails(
        status=_status(state),
        commit=settings.commit,
        version=VERSION,
        environment=settings.environment,
        database=DatabaseHealth(
            reachable=state.reachable, schema_head=state.head, schema_fits=state.fits
        ),
        outbox=OutboxHealth.model_validate(state.outbox) if state.outbox else None,
    )


@router.get("/api/health/live", summary="Answer as long as the process does")
async def get_liveness() -> Probe:
    return Probe(status="ok")


# A database that blinks must not take every replica out of service at once, so it is no part of
# readiness, only told: requests answer 503 by themselves meanwhile. Nor is it waited for: it is
# told as it was seen last.
@router.get(
    "/api/health/ready",
    summary="Tell whether new requests are welcome",
    responses={503: {"model": Readiness, "description": "Draining before the end"}},
)
async def get_readiness(health: AppHealth, response: Response) -> Readiness:
    seen = health.last_seen()
    database = "unknown" if seen is None else "reachable" if seen.reachable else "unreachable"
    if health.draining:
        response.status_code = 503
        return Readiness(status="draining", database=database)
    return Readiness(status="ok", database=database)


@router.get(
    "/api/health/startup",
    summary="Tell whether the database was reached once and its schema fits",
    responses={503: {"model": Probe, "description": "Not started yet"}},
)
async def get_startup(health: AppHealth, response: Response) -> Probe:
    waiting_for = await health.started()
    if waiting_for:
        response.status_code = 503
        return Probe(status="starting", detail=waiting_for)
    return Probe(status="ok")


def _status(state: DatabaseState) -> Literal["ok", "degraded"]:
    return "ok" if state.fits else "degraded"
