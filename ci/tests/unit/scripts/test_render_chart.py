"""A chart that would not release what was published, or hides whose a pod is, says so."""

import pytest

from todo_ci.scripts.render_chart import lacking

DIGEST = f"sha256:{1:064x}"
IMAGES = {"web": f"registry.example/guestbook@{DIGEST}"}
POD = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      labels:
        app.kubernetes.io/component: {label}
    spec:
      containers:
        - image: "{image}"
"""


@pytest.mark.parametrize("label", ["web", '"web"', "'web'"])
def test_what_runs_by_digest_under_its_label_lacks_nothing(label: str) -> None:
    assert list(lacking(POD.format(label=label, image=IMAGES["web"]), IMAGES)) == []


def test_a_tag_in_place_of_the_digest_is_named() -> None:
    (said,) = lacking(POD.format(label="web", image="registry.example/guestbook:0.3.0"), IMAGES)
    assert said.startswith("no Deployment of web runs registry.example/guestbook by the digest")


def test_each_deployment_of_a_component_runs_its_image() -> None:
    web = POD.format(label="web", image=IMAGES["web"])
    assert list(lacking(web + web, IMAGES)) == []
    worker = POD.format(label="web", image="registry.example/guestbook:0.3.0")
    (said,) = lacking(web + worker, IMAGES)
    assert said.startswith("1 of 2 Deployments of web do not run registry.example/guestbook by")


def test_what_runs_elsewhere_by_the_digest_is_not_the_release() -> None:
    test = POD.replace("Deployment", "Job").format(label="web", image=IMAGES["web"])
    (said,) = lacking(POD.format(label="web", image="registry.example/guestbook:1") + test, IMAGES)
    assert said.startswith("no Deployment of web runs")
    (said,) = lacking(test, IMAGES)
    assert said.startswith("no Deployment has the label")


@pytest.mark.parametrize("label", ["website", "the-web", "api"])
def test_a_label_of_another_name_is_none(label: str) -> None:
    (said,) = lacking(POD.format(label=label, image=IMAGES["web"]), IMAGES)
    assert said.startswith("no Deployment has the label app.kubernetes.io/component: web")
