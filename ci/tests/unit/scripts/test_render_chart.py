"""A chart that would not release what was published, or hides whose a pod is, says so."""

import pytest

from todo_ci.scripts.render_chart import lacking

DIGEST = f"sha256:{1:064x}"
IMAGES = {"web": f"registry.example/guestbook@{DIGEST}"}
POD = """
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
    assert said.startswith("no container runs registry.example/guestbook by the digest")


@pytest.mark.parametrize("label", ["website", "the-web", "api"])
def test_a_label_of_another_name_is_none(label: str) -> None:
    (said,) = lacking(POD.format(label=label, image=IMAGES["web"]), IMAGES)
    assert said.startswith("nothing has the label app.kubernetes.io/component: web")
