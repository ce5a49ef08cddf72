"""The scripts of the workflow: each calls one verb, gives secrets by reference, shows results."""

import json
import os
import re
from pathlib import Path

import pytest
import yaml
from workflow_file import FLAGS, JOBS, ROOT, bash, script, steps

from todo_ci import tool_images
from todo_ci.core import keys_file, secret_names
from todo_ci.core.image_names import ImageName


def flags(record: str) -> dict[str, str]:
    """Read `--flag value` pairs between the verb and `--report-only report`."""
    lines = record.splitlines()
    assert lines[0] == "call"
    assert lines[-2:] == ["--report-only", "report"]
    names = [line.removeprefix("--").replace("-", "_") for line in lines[2:-2:2]]
    return dict(zip(names, lines[3:-2:2], strict=True))


def shown(folder: Path) -> int:
    """Let the step after a call show its result; return its exit code."""
    return bash(script("Show the result"), folder).returncode


CALL = "Make the call"
RELEASE = next(
    step for step in JOBS["release"]["steps"] if step.get("name") == "Release and verify"
)
JOB = {
    "URL": "https://todo.example",
    "REGISTRY": "",
    "REGISTRY_USERNAME": "somebody",
    "REGISTRY_PASSWORD": "token",
    "SIGNING_KEY": "a-key",
    "SIGNING_PASSWORD": "",
    "KEYS": '{"DATABASE_URL": "a-value"}',
    "REVISION": "",
}
# What the verb takes of a job that has no registry of its own and a key without a password.
REGISTRY = {"registry_username", "registry_password"}
DEPLOYING = {"registry_username", "registry_password", "signing_key", "keys"}


# Who holds the lock is said, and the address where it is no preview's.
HELD = {
    "deploy": {"url", "holder"},
    "rollback": {"url", "holder"},
    "verify": {"url", "holder"},
    "preview": {"holder"},
    "unpreview": {"holder"},
}


def pairs(record: str) -> dict[str, str]:
    """Read what the verb `diff` is given, which has a switch too."""
    return flags(record.replace("--exit-code\n", "--exit-code\nyes\n"))


@pytest.mark.parametrize(
    ("verb", "revision", "further"),
    [
        ("deploy", "", DEPLOYING),
        ("deploy", "7", DEPLOYING),
        ("rollback", "", {"lock_timeout"}),
        ("rollback", "7", {"lock_timeout", "revision"}),
        ("verify", "", set[str]()),
        ("verify", "7", {"revision"}),
        ("diff", "", {"exit_code"}),
        ("scan", "", REGISTRY),
        ("preview", "", {"lock_timeout", "name", *REGISTRY}),
        ("unpreview", "", {"lock_timeout", "name"}),
    ],
)
def test_each_action_is_one_call_of_its_verb(
    verb: str, revision: str, further: set[str], tmp_path: Path
) -> None:
    assert set(JOB) == set(RELEASE["env"])
    further_still = {"VERB": verb, "REVISION": revision, "NAME": "pr-7"}
    done = bash(script(CALL), tmp_path, **JOB | further_still)
    assert done.returncode == 0, done.stderr
    record = (tmp_path / "record").read_text()
    assert record.splitlines()[1] == verb
    given = pairs(record)
    common = {"env", "kubeconfig"} | HELD.get(verb, set())
    assert set(given) == common | further
    assert given.get("name", "pr-7") == "pr-7"
    assert set(given) <= FLAGS[verb], "flags that the verb has"
    assert given["kubeconfig"] == f"file:{tmp_path}/kubeconfig"
    assert given.get("holder", "somebody/todo run 7") == "somebody/todo run 7"
    assert given.get("revision", revision) == revision
    for secret in ("token", "a-key", "a-value"):
        assert secret not in record
    assert shown(tmp_path) == 0
    assert (tmp_path / "summary").read_text() == "## report\n"


def test_all_that_a_deploy_may_be_told_reaches_it_and_secrets_by_reference(tmp_path: Path) -> None:
    env = {name: f"the {name}" for name in JOB}
    done = bash(script(CALL), tmp_path, **env, VERB="deploy")
    assert done.returncode == 0, done.stderr
    given = flags((tmp_path / "record").read_text())
    secret = {"keys", "registry_password", "signing_key", "signing_password"}
    assert {given[name] for name in secret} == {f"env:{name.upper()}" for name in secret}
    plain = {"url", "registry", "registry_username"}
    assert {given[name] for name in plain} == {f"the {name.upper()}" for name in plain}
    assert set(FLAGS["deploy"]) > secret | plain


@pytest.mark.parametrize(
    ("said", "keyless"),
    [
        ('[signing]\npublic-key = "…"\n[other]\nidentity = "a@b.org"', False),
        ('[signing]\nidentity = "https://github.com/o/r"', True),
        ('[signing]\n  identity = "https://github.com/o/r"', True),
        ('signing.identity = "https://github.com/o/r"', True),
        ('signing = { identity = "https://github.com/o/r" }', True),
        ("", False),
    ],
)
def test_what_a_job_gets_tokens_with_is_given_where_release_toml_names_an_identity(
    *, said: str, keyless: bool, tmp_path: Path
) -> None:
    (tmp_path / "release.toml").write_text(f"{said}\n")
    url, bearer = "https://token.example/?v=2", "the bearer"
    asking = {"ACTIONS_ID_TOKEN_REQUEST_URL": url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": bearer}
    # One that says what the call finds in its environment, and goes on as the other does.
    saying = tmp_path / "saying/dagger"
    saying.parent.mkdir()
    saying.write_text('#!/bin/sh\nprintf %s "${IDENTITY_TOKEN-}" >told\nexec bin/dagger "$@"\n')
    saying.chmod(0o755)
    path = f"{saying.parent}:{os.environ['PATH']}"
    done = bash(script(CALL), tmp_path, **JOB | {"VERB": "deploy", "PATH": path}, **asking)
    assert done.returncode == 0, done.stderr
    given = pairs((tmp_path / "record").read_text())
    assert given.get("identity_token") == ("env:IDENTITY_TOKEN" if keyless else None)
    assert (tmp_path / "told").read_text() == (f"{url}\n{bearer}" if keyless else "")
    assert bearer not in str(given)
    lacking = bash(script(CALL), tmp_path, **JOB | {"VERB": "deploy"})
    assert lacking.returncode == (1 if keyless else 0)
    assert ("permissions: id-token: write" in lacking.stderr) == keyless


def lines_of(keys: str, **secrets: str) -> str:
    """Fill in the expressions as the runner does."""

    def value(found: re.Match[str]) -> str:
        names = re.findall(r"\b(?:secrets|vars)\.(\w+)", found[1])
        assert found[1].startswith("toJSON(")
        return json.dumps(next((secrets[it] for it in names if it in secrets), None))

    return re.sub(r"\$\{\{ (.*?) \}\}", value, keys)


def test_the_secrets_are_one_text_that_a_deploy_reads() -> None:
    odd = 'a "quoted" \\ $HOME # \n}} ${{ x }}'
    given = {"DATABASE_URL": "u", "BETTER_AUTH_SECRET": odd, "REGISTRY_PASSWORD": "push"}
    keys = RELEASE["env"]["KEYS"]
    found = keys_file.parse(lines_of(keys, **given), secret_names.of_lines(), ())
    assert found == {"database-url": "u", "better-auth-secret": odd, "pull-password": "push"}
    every = {name.upper().replace("-", "_"): f"{name}:1" for name in secret_names.of_lines()}
    found = keys_file.parse(lines_of(keys, **every), secret_names.of_lines(), ())
    assert set(found) == secret_names.of_lines(), "a line for each key of release.toml"


def test_a_change_is_checked_by_one_call_whose_report_reaches_the_summary(tmp_path: Path) -> None:
    done = bash(script(CALL), tmp_path, VERB="ci")
    assert done.returncode == 0, done.stderr
    record = (tmp_path / "record").read_text()
    assert record.split() == ["call", "ci", "--report-only", "report"]
    assert shown(tmp_path) == 0
    assert (tmp_path / "summary").read_text() == "## report\n"


@pytest.mark.parametrize(("job", "verb"), [("check", "ci"), ("release", None)])
def test_a_job_makes_one_call(job: str, verb: str | None) -> None:
    used = [step for step in JOBS[job]["steps"] if step["uses"] == "./.github/actions/call"]
    assert [step.get("with", {}).get("verb") for step in used] == [verb]
    assert "ACTION" in JOBS["release"]["env"], "what is called where no verb is named"
    action = yaml.safe_load((ROOT / ".github/actions/call/action.yml").read_text())
    assert [step["name"] for step in action["runs"]["steps"]] == [CALL, "Show the result"]


@pytest.mark.parametrize("passed", [False, None, "true"])
def test_a_result_that_did_not_pass_fails_the_job_and_reaches_the_summary(
    passed: object, tmp_path: Path
) -> None:
    result = {"passed": passed, "table": "why", "markdown": "## what failed"}
    (tmp_path / "result.json").write_text(json.dumps(result))
    assert shown(tmp_path) == 1
    assert (tmp_path / "summary").read_text() == "## what failed\n"


def test_a_call_without_a_result_never_passes_for_one(tmp_path: Path) -> None:
    failing = "dagger() { echo no engine >&2; return 1; }\n"
    (tmp_path / "dagger.sh").write_text(failing)
    env = JOB | {"VERB": "deploy", "BASH_ENV": str(tmp_path / "dagger.sh")}
    done = bash(script(CALL), tmp_path, **env)
    assert done.returncode != 0
    assert shown(tmp_path) != 0
    # Nor does the result of the call before it.
    (tmp_path / "result.json").write_text('{"passed": true, "table": "", "markdown": ""}')
    assert [shown(tmp_path) == 0, shown(tmp_path) == 0] == [True, False]


def test_the_kubeconfig_is_for_the_runner_alone(tmp_path: Path) -> None:
    encoded = "YXBpVmVyc2lvbjogdjEK"
    env = {"KUBECONFIG_BASE64": encoded, "OCI_ACCESS": ""}
    done = bash(script("Write the kubeconfig"), tmp_path, **env)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "kubeconfig").read_text() == "apiVersion: v1\n"
    assert (tmp_path / "kubeconfig").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("value", ["", "apiVersion: v1"])
def test_a_kubeconfig_that_cannot_be_read_is_refused_with_the_next_step(
    value: str, tmp_path: Path
) -> None:
    env = {"KUBECONFIG_BASE64": value, "OCI_ACCESS": ""}
    done = bash(script("Write the kubeconfig"), tmp_path, **env)
    assert done.returncode == 1
    assert "infra/oke/kubeconfig.sh | base64 -w0 | gh secret set KUBECONFIG" in done.stdout


@pytest.mark.parametrize("refused", [False, True])
def test_an_environment_that_oracle_trusts_needs_no_kubeconfig(
    refused: bool, tmp_path: Path
) -> None:
    step = next(it for it in JOBS["release"]["steps"] if it["uses"].endswith("/kubeconfig"))
    assert set(step["env"]) == {"KUBECONFIG_BASE64", "OCI_ACCESS", "OCI_CLIENT_SECRET"}
    wanted = (ROOT / "infra/oke/github-kubeconfig.sh").read_text()
    names = re.findall(r"^#   (OCI_\w+) ", wanted, re.MULTILINE)
    assert names[:5] == [
        "OCI_CLUSTER", "OCI_REGION", "OCI_DOMAIN", "OCI_CLIENT", "OCI_CLIENT_SECRET",
    ]  # fmt: skip
    access = tmp_path / "infra/oke/github-kubeconfig.sh"
    access.parent.mkdir(parents=True)
    access.write_text(
        "#!/bin/sh\necho kubeconfig for $OCI_CLUSTER, $OCI_REGION, $OCI_DOMAIN, $OCI_CLIENT\n"
        f"echo why >&2; exit {refused:d}\n"
    )
    access.chmod(0o755)
    env = {"KUBECONFIG_BASE64": "", "OCI_ACCESS": "ocid1.cluster r https://domain app"}
    done = bash(script("Write the kubeconfig"), tmp_path, **env)
    assert done.returncode == refused
    assert (tmp_path / "kubeconfig").read_text() == (
        "kubeconfig for ocid1.cluster, r, https://domain, app\n"
    )
    assert (tmp_path / "kubeconfig").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "summary").read_text() == "why\n"


def test_the_version_of_dagger_is_the_one_of_the_module(tmp_path: Path) -> None:
    module = json.loads((ROOT / "dagger.json").read_text())
    (tmp_path / "dagger.json").write_text(json.dumps(module))
    done = bash(script("Read which Dagger this commit wants"), tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "output").read_text() == f"version={module['engineVersion']}\n"
    for step in steps():
        if "dagger-for-github@" in step.get("uses", ""):
            assert step["with"] == {"version": "${{ steps.dagger.outputs.version }}"}
    for job in JOBS.values():
        assert "./.github/actions/dagger" in [step.get("uses") for step in job["steps"]]


@pytest.mark.parametrize("version", ["latest", "v1.2.3; id", "$(id)", ""])
def test_what_is_not_a_version_never_reaches_the_install_action(
    version: str, tmp_path: Path
) -> None:
    (tmp_path / "dagger.json").write_text(json.dumps({"engineVersion": version}))
    done = bash(script("Read which Dagger this commit wants"), tmp_path)
    assert done.returncode != 0
    assert not (tmp_path / "output").exists()


def test_both_doors_lint_with_the_same_actionlint() -> None:
    host = (ROOT / "infra/scripts/toolchain.sh").read_text()
    version = ImageName.parse(tool_images.ACTIONLINT, "tool_images.py").tag
    assert f"ACTIONLINT_VERSION={version}\n" in host
