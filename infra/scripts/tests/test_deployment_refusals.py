"""deploy-oke.sh and verify-deployment.sh name all that is missing or wrong, then begin nothing."""

import re
import subprocess

import pytest
from deployment_clone import OF_DEPLOY, OKE, Clone


@pytest.mark.parametrize("script", ["deploy-oke.sh", "verify-deployment.sh"])
def test_all_that_is_missing_is_named_before_anything_begins(script: str, clone: Clone) -> None:
    clone.write(".env", "")
    done = clone.run(script, values={})
    assert (done.code, done.calls) == (2, [])
    named = re.findall(r"^  --([\w-]+): .*\(in \.env: (\w+)\)$", done.said, re.MULTILINE)
    wanted = OF_DEPLOY if script == "deploy-oke.sh" else ("url", "kubeconfig")
    assert [name for name, _ in named] == list(wanted)
    assert all(setting.endswith(name.replace("-", "").upper()) for name, setting in named)
    assert f"next: infra/scripts/{script} --help" in done.said


@pytest.mark.parametrize("setting", [line.partition("=")[0] for line in OKE.splitlines()[1:]])
def test_each_missing_value_is_named_alone(setting: str, clone: Clone) -> None:
    clone.write(".env", "".join(it for it in OKE.splitlines(True) if setting not in it))
    script = "verify-deployment.sh" if setting.startswith("VERIFY") else "deploy-oke.sh"
    done = clone.run(script)
    assert (done.code, done.calls) == (2, [])
    assert re.findall(r"in \.env: (\w+)", done.said) == [setting]


def test_without_an_origin_the_registry_is_asked_for(clone: Clone) -> None:
    subprocess.run(["git", "-C", clone.root, "remote", "remove", "origin"], check=True)
    done = clone.run("deploy-oke.sh")
    assert (done.code, done.calls) == (2, [])
    assert "--registry: where images go" in done.said
    assert clone.run("deploy-oke.sh", "--registry", "ghcr.io/octocat").code == 0


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("hunter2", "it takes a reference, env:NAME or file:PATH"),
        ("postgresql://u:hunter2@h/d", "it takes a reference, env:NAME or file:PATH"),
        ("env:GONE", "the variable GONE is empty or not exported"),
        ("env:hunter2$", "env: wants the name of a variable"),
        ("file:gone", "gone is not there, empty or not readable"),
        ("file:empty", "empty is not there, empty or not readable"),
        ("op://vault/item", "only dagger reads op:// and vault://"),
    ],
)
def test_a_secret_is_a_reference_that_leads_to_a_value(
    reference: str, reason: str, clone: Clone
) -> None:
    clone.write("empty", "")
    for flag in ("--database-url", "--cohere-api-key"):
        done = clone.run("deploy-oke.sh", flag, reference)
        assert (done.code, done.calls) == (2, [])
        assert reason in done.said
        assert flag in done.said
        assert "hunter2" not in done.said


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--envv", "oke"], "there is no option '--envv'"),
        (["oke"], "'oke' is no option"),
        (["--"], "'--' is no option"),
        (["--url"], "--url wants a value"),
        (["--url="], "--url wants a value"),
        (["--env", "gke"], "there is no environment 'gke'; there are: "),
        (["--env", "local"], "the embedded cluster is not up\nnext: ./do lab up"),
    ],
)
@pytest.mark.parametrize("script", ["deploy-oke.sh", "verify-deployment.sh"])
def test_other_arguments_are_refused(
    script: str, arguments: list[str], reason: str, clone: Clone
) -> None:
    done = clone.run(script, *arguments)
    assert (done.code, done.calls) == (2, [])
    assert reason in done.said
    assert "next: " in done.said


def test_a_revision_is_a_number(clone: Clone) -> None:
    done = clone.run("verify-deployment.sh", "--revision", "last")
    assert (done.code, done.calls) == (2, [])
    assert "--revision 'last' is no number" in done.said
