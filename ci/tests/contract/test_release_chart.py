"""The promise: the chart of a revision, read from helm's record, releases what that revision was.

The record is one that the real helm made; no cluster is asked for it.
"""

import base64
import gzip
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from todo_ci.scripts.release_chart import files_of, read

ROOT = Path(__file__).parents[3]
CHARTS = [
    (ROOT / "infra/helm/todo-app", "values-local.yaml"),
    (ROOT / "examples/guestbook/chart", "values-local.yaml"),
]

pytestmark = pytest.mark.skipif(not shutil.which("helm"), reason="there is no helm on PATH")


def helm(*argv: str) -> str:
    return subprocess.run(["helm", *argv], check=True, capture_output=True, text=True).stdout


def record(chart: Path) -> str:
    """Make the record that helm would keep of a release, as a Secret holds it."""
    made = helm("install", "it", str(chart), "--dry-run=client", "--output", "json")
    packed = base64.b64encode(gzip.compress(made.encode()))
    return base64.b64encode(packed).decode()


def rendered(chart: Path, values: str) -> str:
    return helm("template", "it", str(chart), "--values", str(chart / values))


@pytest.mark.parametrize(("chart", "values"), CHARTS, ids=lambda it: getattr(it, "name", it))
def test_it_renders_as_the_one_it_was_read_from(chart: Path, values: str, tmp_path: Path) -> None:
    for name, text in files_of(read(record(chart))).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert (tmp_path / values).read_text() == (chart / values).read_text()
    assert rendered(tmp_path, values) == rendered(chart, values)


def a_chart(**changes: Any) -> dict[str, Any]:
    return {"metadata": {"name": "it"}, "values": None, "templates": None, **changes}


def test_a_chart_that_the_record_has_not_whole_is_said_to_be_so() -> None:
    within = a_chart(metadata={"name": "it", "dependencies": [{"name": "redis"}]})
    with pytest.raises(ValueError, match="charts within it"):
        files_of(within)
    data = base64.b64encode(b"\xff\xfe").decode()
    with pytest.raises(ValueError, match=r"no text: logo\.png"):
        files_of(a_chart(files=[{"name": "logo.png", "data": data}]))
    assert json.loads(files_of(a_chart())["values.yaml"]) == {}
