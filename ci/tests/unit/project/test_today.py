"""The promise, until the pipeline reads release.toml: it says what the pipeline does already."""

from pathlib import Path

from todo_ci.checks import run, selfcheck
from todo_ci.checks.gateway import PATHS
from todo_ci.core.secret_names import REQUIRED
from todo_ci.environments import NAMESPACE, RELEASE, TARGETS
from todo_ci.project.release_file import in_order, parse

PROJECT = parse((Path(__file__).parents[4] / "release.toml").read_text())


def test_the_release_is_the_one_there_is() -> None:
    assert (PROJECT.release.name, PROJECT.release.namespace) == (RELEASE, NAMESPACE)
    assert tuple(PROJECT.gateway.paths) == PATHS
    assert PROJECT.helm_test
    assert (PROJECT.helm_test.job, PROJECT.helm_test.checks) == (selfcheck.JOB, run.INSIDE)
    keys = PROJECT.secrets["app-secrets"].keys
    assert tuple(name for name, value in keys.items() if value.required) == REQUIRED


def test_the_environments_are_those_there_are() -> None:
    assert in_order(PROJECT) == tuple(TARGETS)
    for name, target in TARGETS.items():
        said = PROJECT.environments[name]
        assert (said.values, said.platforms) == (target.values_file, target.platforms)
        assert (said.timeout_seconds, said.url) == (target.helm_timeout, target.url)
        assert said.plain_http_registry == target.plain_http
        assert said.allow_dirty == target.allow_dirty
        assert said.verified_tls == target.verified_tls
