"""Cut Dapr's own chart down to one scheduler, for one node.

Run by itself with the folder of a chart (`python3 -m todo_lab.build.dapr_chart FOLDER`), as
infra/oke/dapr-init.sh does.
"""

import sys
from pathlib import Path

from todo_lab.errors import LabError

_SCHEDULER = Path("charts", "dapr_scheduler", "templates", "dapr_scheduler_statefulset.yaml")


def keep_one_scheduler(chart: Path) -> None:
    """Change a chart so that it starts one scheduler; one that does is left as it is.

    Raises:
        LabError: when the chart is not the one that this was made for.
    """
    template = chart / _SCHEDULER
    text = template.read_text()
    if "  replicas: 1\n" not in text or "dapr-scheduler-server-1=" in text:
        template.write_text(with_one_scheduler(text))


def with_one_scheduler(template: str) -> str:
    """Return the chart's template for one scheduler; it has no value for their number.

    Each takes 160 MB, and three on one node guard against nothing.
    """
    first, comma, others = template.partition(",dapr-scheduler-server-1=")
    rest = others.partition('"')[2]
    if "  replicas: 3\n" not in first or not comma or "dapr-scheduler-server-2" in rest:
        raise LabError(
            "the scheduler's template in Dapr's chart has changed",
            "look at its replicas and --etcd-initial-cluster, and at "
            "infra/lab/todo_lab/build/dapr_chart.py",
        )
    return first.replace("  replicas: 3\n", "  replicas: 1\n") + '"' + rest


if __name__ == "__main__":
    try:
        keep_one_scheduler(Path(sys.argv[1]))
    except (LabError, OSError) as error:
        sys.exit(str(error))
