"""Dapr's images have the chart's names, and the chart has one scheduler."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from todo_lab.build import dapr, dapr_chart
from todo_lab.cluster import manifests
from todo_lab.errors import LabError

SCHEDULER = """\
spec:
  replicas: 3
        - "--etcd-initial-cluster"
        - "dapr-scheduler-server-0=https://a:2380,dapr-scheduler-server-1=https://b:2380,dapr-scheduler-server-2=https://c:2380"
        - "--etcd-embed=true"
"""


def values() -> dict[str, Any]:
    return yaml.safe_load(manifests.render("dapr-values.yaml"))


def test_the_images_have_the_names_that_the_chart_asks_for():
    given = values()["global"]
    assert given["imagePullPolicy"] == "Never"
    asked = {
        f"{given['registry']}/{name}:{given['tag']}"
        for name in ("daprd", "injector", "operator", "placement", "scheduler", "sentry")
    }
    assert set(dapr.references()) == asked
    assert "docker.io/daprio/daprd:1.18.2" in asked


def test_one_scheduler_is_left_of_three():
    made = dapr_chart.with_one_scheduler(SCHEDULER)
    assert "replicas: 1\n" in made
    assert '- "dapr-scheduler-server-0=https://a:2380"\n' in made
    assert made.endswith('        - "--etcd-embed=true"\n')


def test_a_chart_with_one_scheduler_is_left_as_it_is(tmp_path: Path):
    template = tmp_path / "charts/dapr_scheduler/templates/dapr_scheduler_statefulset.yaml"
    template.parent.mkdir(parents=True)
    template.write_text(SCHEDULER)
    dapr_chart.keep_one_scheduler(tmp_path)
    once = template.read_text()
    dapr_chart.keep_one_scheduler(tmp_path)
    assert template.read_text() == once == dapr_chart.with_one_scheduler(SCHEDULER)


@pytest.mark.parametrize("change", [("replicas: 3", "replicas: {{ n }}"), ("-server-1=", "-one=")])
def test_a_chart_that_has_changed_is_not_guessed_at(change: tuple[str, str]):
    with pytest.raises(LabError, match="has changed"):
        dapr_chart.with_one_scheduler(SCHEDULER.replace(*change))
