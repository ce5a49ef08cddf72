"""Dapr's images have the chart's names, and the chart has one scheduler."""

from typing import Any

import pytest
import yaml

from todo_lab import versions
from todo_lab.build import dapr
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
    made = dapr.with_one_scheduler(SCHEDULER)
    assert "replicas: 1\n" in made
    assert '- "dapr-scheduler-server-0=https://a:2380"\n' in made
    assert made.endswith('        - "--etcd-embed=true"\n')


@pytest.mark.parametrize("change", [("replicas: 3", "replicas: {{ n }}"), ("-server-1=", "-one=")])
def test_a_chart_that_has_changed_is_not_guessed_at(change: tuple[str, str]):
    with pytest.raises(LabError, match=versions.DAPR):
        dapr.with_one_scheduler(SCHEDULER.replace(*change))
