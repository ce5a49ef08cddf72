"""Metrics for Prometheus; the gateway does not route them."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from routes.dependencies import AppHealth

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def get_metrics(health: AppHealth) -> Response:
    await health.measure()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
