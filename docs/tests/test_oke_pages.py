"""The pages that lead to a deployment on OKE name every step, in an order that works."""

import re
from pathlib import Path

import pytest
import yaml

from command_lines import ROOT

GUIDE = (ROOT / "docs/oke-deployment.md").read_text()
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/deploy-oke.yml").read_text())
WAY = (
    "infra/oke/cluster-setup.sh",
    "infra/oke/dapr-init.sh",
    "infra/oke/gateway.sh",
    "infra/oke/kubeconfig.sh",
    "./do ci init",
    "infra/scripts/deploy-oke.sh",
    "infra/scripts/verify-deployment.sh",
)
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)[^)]*\)")


def places(text: str, steps: tuple[str, ...]) -> list[int]:
    """Return where each step begins a line of a block, or -1."""
    found = (re.search(rf"^ *{re.escape(step)}(?=\s)", text, re.MULTILINE) for step in steps)
    return [it.start() if it else -1 for it in found]


@pytest.mark.parametrize("page", ["README.md", "docs/oke-deployment.md"])
def test_it_names_the_whole_way_in_its_order(page: str) -> None:
    found = places((ROOT / page).read_text(), WAY)
    assert -1 not in found
    assert found == sorted(found)


def test_a_step_that_is_missing_or_out_of_order_is_found() -> None:
    assert places("a\nb --env oke\n", ("b", "a", "c")) == [2, 0, -1]


def test_the_readme_leads_to_guide_checklist_and_demonstration() -> None:
    links = _LINK.findall((ROOT / "README.md").read_text())
    wanted = {"docs/oke-deployment.md", "docs/deployment-checklist.md", "docs/demo-script.md"}
    assert wanted <= set(links)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_guide_tells_how_to_start_and_to_watch_the_workflow() -> None:
    section = GUIDE.partition("## 8.")[2].partition("## 9.")[0]
    (branch,) = WORKFLOW[True]["push"]["branches"]
    starts, watches = places(section, (f"git push origin {branch}", "gh run watch"))
    assert 0 < starts < watches
    assert "--workflow deploy-oke.yml" in section
    assert f"the workflow {WORKFLOW['name']}" in section


def test_the_guide_tells_what_to_see_of_each_job() -> None:
    table = [line for line in GUIDE.partition("## 8.")[2].splitlines() if line.startswith("|")]
    for job in WORKFLOW["jobs"]:
        assert [line for line in table if f"the job `{job}` passed" in line], job
    assert any("`sha-` and twelve digits" in line for line in table)
    assert any("`/api/health` names it" in line for line in table)


def test_the_guide_explains_the_first_push_and_who_may_push() -> None:
    section = GUIDE.partition("## 4.")[2].partition("## 5.")[0]
    for name in ("todo-backend", "todo-frontend", "charts/todo-app", "ghcr-pull", "write:packages"):
        assert f"`{name}`" in section
    for dockerfile in ("backend/Dockerfile", "frontend/Dockerfile"):
        assert "org.opencontainers.image.source=" in (ROOT / dockerfile).read_text()
    assert "org.opencontainers.image.source" in section


def test_each_box_of_the_checklist_is_a_command_or_somebodys() -> None:
    text = (ROOT / "docs/deployment-checklist.md").read_text()
    boxes = re.findall(r"^- \[ \] (.+)$", text, re.MULTILINE)
    assert len(boxes) > 12
    # A box that ends in a colon has its command below it.
    commands = re.findall(r"^- \[ \] .+:\n\n<!-- .+ -->\n```sh\n", text, re.MULTILINE)
    assert len(commands) == sum(box.endswith(":") for box in boxes)
    for script in (WAY[0], WAY[2], *WAY[-2:]):
        assert script in text


def test_every_page_that_the_guide_names_is_there() -> None:
    named = re.findall(r"`((?:docs|infra|ci|backend|\.github)/[\w./-]+)`", GUIDE)
    assert named
    assert [path for path in named if not Path(ROOT / path).exists()] == []
