"""The chart is well-formed for every values file, and renders the same each time."""

import shlex
from pathlib import Path

import pytest
import yaml

from rendering import (
    CHART,
    EVERYTHING,
    REPOSITORY,
    VALUES_FILES,
    WITHOUT_DAPR,
    Chart,
    key,
    values_file,
)


@pytest.mark.parametrize("values", VALUES_FILES)
def test_lint_is_strict_and_clean(chart: Chart, values: str) -> None:
    done = chart.run("lint", "--strict", str(CHART), *values_file(values))
    assert done.returncode == 0, done.stdout + done.stderr


def test_lint_fails_for_a_broken_chart(chart: Chart, tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: broken\n")
    assert chart.run("lint", "--strict", str(tmp_path)).returncode != 0


def test_two_renders_are_the_same(chart: Chart) -> None:
    arguments = ("template", "todo-app", str(CHART), *EVERYTHING)
    assert chart.run(*arguments).stdout == chart.run(*arguments).stdout != ""


def test_every_object_has_its_own_name(chart: Chart) -> None:
    names = [key(m) for m in chart.render(*EVERYTHING)]
    assert len(names) == len(set(names))


def test_every_object_is_labelled_and_none_names_a_namespace(chart: Chart) -> None:
    for manifest in chart.render(*EVERYTHING):
        labels = manifest["metadata"]["labels"]
        assert labels["app.kubernetes.io/name"] == "todo-app", key(manifest)
        assert labels["app.kubernetes.io/instance"] == "todo-app", key(manifest)
        assert labels["app.kubernetes.io/part-of"] == "todo-app", key(manifest)
        assert labels["app.kubernetes.io/managed-by"] == "Helm", key(manifest)
        assert "namespace" not in manifest["metadata"], key(manifest)


def test_a_release_of_another_name_keeps_apart(chart: Chart) -> None:
    done = chart.run("template", "second", str(CHART))
    assert "name: second-todo-app-backend\n" in done.stdout
    assert "name: todo-app-backend\n" not in done.stdout


@pytest.mark.parametrize(("arguments", "stand_beside"), [((), False), ((WITHOUT_DAPR,), True)])
def test_releases_stand_beside_each_other_in_a_namespace_without_dapr(
    chart: Chart, arguments: tuple[str, ...], stand_beside: bool
) -> None:
    """Dapr knows a component by its name in the namespace, whichever release brought it."""
    texts = [chart.text(*arguments, release=name) for name in ("todo-app-a", "todo-app-b")]
    one, other = ({key(m) for m in yaml.safe_load_all(text) if m} for text in texts)
    assert ("Service", "todo-app-a-backend") in one
    assert (one & other == set()) is stand_beside


def test_the_readme_command_renders(chart: Chart) -> None:
    """T031: what the README says to type works from the repository's root as it stands."""
    readme = (CHART / "README.md").read_text().replace("\\\n", " ")
    (line,) = [li for li in readme.splitlines() if li.startswith("helm upgrade --install")]
    line = line.replace("<commit>", "0" * 40).replace("<owner>", "me")
    words = shlex.split(line.replace("<host>", "todo.example.org"))
    assert words[:5] == ["helm", "upgrade", "--install", "todo-app", "./infra/helm/todo-app"]
    # `upgrade` would look for a cluster; `template` takes the same arguments.
    done = chart.run("template", *words[3:], cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    assert f"ghcr.io/me/todo-frontend:sha-{'0' * 40}" in done.stdout
