"""The pipeline's command with a Lease of seconds: who comes after its death need not wait for long.

python short_lease.py deploy --env local
"""

import sys
from functools import partial

from todo_ci.adapters.host import context
from todo_ci.cli import app
from todo_ci.core.context import Context, LeaseTiming
from todo_ci.entrypoints.cli.runner import launch

# A busy machine may need seconds for one call of kubectl: a holder that lives must not lose it.
SHORT = LeaseTiming(duration=15, renew=2, retry=1, deadline=10, fence=13)

if __name__ == "__main__":
    context.Context = partial(Context, timing=SHORT)
    sys.exit(launch(app, sys.argv[1:]))
