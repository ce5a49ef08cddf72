"""Health of this process, each question at its own path."""

from fastapi import APIRouter, Response

from routes.dependencies import AppHealth, AppSettings
from schemas.system import DatabaseHealth, Health, OutboxHealth, Probe
from settings import VERSION

router = APIRouter(prefix="/api/health", tags=["health"])


@router.get("", summary="Describe what runs, its database and the events that wait")
async def get_health(settings: AppSettings, health: AppHealth) -> Health:
    state = await health.schema()
    outbox = await health.outbox() if state.fits else None
    return Health(
        status="ok" if state.fits else "degraded",
        commit=settings.commit,
        version=VERSION,
        environment=settings.environment,
        database=DatabaseHealth(
            reachable=state.reachable, schema_head=state.head, schema_fits=state.fits
        ),
        outbox=OutboxHealth.model_validate(outbox) if outbox else None,
    )


@router.get("/live", summary="Answer as long as the process does")
async def get_liveness() -> Probe:
    return Probe(status="ok")


# A database that blinks must not take every replica out of service at once, so it is no part of
# readiness: requests answer 503 by themselves meanwhile.
@router.get(
    "/ready",
    summary="Tell whether new requests are welcome",
    responses={503: {"model": Probe, "description": "Draining before the end"}},
)
async def get_readiness(health: AppHealth, response: Response) -> Probe:
    if health.draining:
        response.status_code = 503
        return Probe(status="draining")
    return Probe(status="ok")


@router.get(
    "/startup",
    summary="Tell whether the database was reached once and its schema fits",
    responses={503: {"model": Probe, "description": "Not started yet"}},
)
async def get_startup(health: AppHealth, response: Response) -> Probe:
    waiting_for = await health.started()
    if waiting_for:
        response.status_code = 503
        return Probe(status="starting", detail=waiting_for)
    return Probe(status="ok")
