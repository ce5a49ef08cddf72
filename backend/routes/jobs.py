"""Calls of the sidecar that have due reminders looked for: jobs of its scheduler, and its cron.

Like the sidecar's other paths, the gateway never routes these, and without its token they are
closed. While the database is away the answer is 503, and a job comes again. Any job's name will do:
a 404 would end it.
"""

from fastapi import APIRouter, Depends

from routes.dependencies import AppReminders, from_the_sidecar
from schemas.events import WokenBy

SWEEP = "/internal/reminder-sweep"

router = APIRouter(include_in_schema=False, dependencies=[Depends(from_the_sidecar)])


@router.post("/job/{name:path}", status_code=204)
async def run_job(reminders: AppReminders) -> None:
    await reminders.deliver_due(WokenBy.JOB)
    reminders.look_ahead()


@router.post(SWEEP, status_code=204)
async def sweep_reminders(reminders: AppReminders) -> None:
    await reminders.sweep()
