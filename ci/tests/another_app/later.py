"""The pipeline's command on a clock that goes 80 hours ahead: what was just made is old.

python later.py unpreview --env preview
"""

import sys
from datetime import UTC, datetime, timedelta

from todo_ci.cli import app
from todo_ci.entrypoints.cli.runner import launch
from todo_ci.release import previews

AHEAD = timedelta(hours=80)

if __name__ == "__main__":
    previews.now = lambda: datetime.now(UTC) + AHEAD
    sys.exit(launch(app, sys.argv[1:]))
