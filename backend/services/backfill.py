"""What this release stores beside the words of a task, for tasks that an older one wrote.

Run after migrations, and again after every deploy: a release that was returned to meanwhile has
left tasks without it. Until then such tasks are found as that release finds them.
"""

import time

from database import Database
from repositories.tags import TagRepository
from repositories.tasks import StaleTasks
from schemas.text import unique_tags
from services.tasks import index, set_tags

BATCH = 200
# A deploy waits for it, and what is left is only found less well.
SECONDS = 60


async def fill(database: Database, batch: int = BATCH, seconds: float = SECONDS) -> int:
    """Bring stale tasks up to date and return how many of them.

    Each batch is a transaction of its own, so nobody waits for more than one. A task that somebody
    changes just now is left out: the change does the same.

    Args:
        seconds: after which the rest is left to the next deploy.
    """
    filled, place, end = 0, None, time.monotonic() + seconds
    while True:
        async with database.write() as session:
            tasks = await StaleTasks(session).page(batch, place)
            for task in tasks:
                names = await TagRepository(session, task.user_id).spelled(unique_tags(task.tags))
                set_tags(task, names)
                index(task)
            await session.commit()
        filled += len(tasks)
        if len(tasks) < batch or time.monotonic() > end:
            return filled
        place = tasks[-1]
