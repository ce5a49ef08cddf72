"""The troubleshooting page has a row for every trouble that is made on the cluster."""

import re
from pathlib import Path

from todo_ci.diagnosis.causes import CAUSES

ROOT = Path(__file__).parents[3]
NAMED = {"sidecar": "daprd", "crash": "app"}


def test_every_cause_is_in_the_page() -> None:
    page = (ROOT / "docs/troubleshooting.md").read_text()
    causes = {NAMED.get(cause.__name__, cause.__name__) for cause in CAUSES}
    cells = re.findall(r"^\| [\w ]+ \|[^|]+\| (`[^|]+) \|", page, re.MULTILINE)
    assert causes == set(re.findall(r"`(\w+)`", " ".join(cells)))


def test_every_row_is_a_trouble_that_is_made_on_the_cluster() -> None:
    page = (ROOT / "docs/troubleshooting.md").read_text()
    made = (ROOT / "ci/tests/cluster/faults.py").read_text().partition("TROUBLES: ")[2]
    rows = re.findall(r"^\| ([\w ]+) \|[^|]+\| `", page, re.MULTILINE)
    assert rows == re.findall(r'^    "([\w ]+)":', made, re.MULTILINE)
