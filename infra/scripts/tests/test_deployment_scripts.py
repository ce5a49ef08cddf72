"""deploy-oke.sh and verify-deployment.sh ask for all that is missing, then call the pipeline.

The stand-ins for `todo-ci` and `dagger` record their arguments, and refuse what the real verb's
own help does not name.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STATE = "/var/lib/todo-lab"
NAMES = ("deploy-oke.sh", "verify-deployment.sh", "pipeline.sh")
REAL = Path(sys.executable).parent / "todo-ci"
STAND_IN = f"""#!{sys.executable}
import json, os, re, sys
words = sys.argv[1:]
verb, *rest = words[1:] if sys.argv[0].endswith("/dagger") else words
here = os.path.dirname(__file__)
help = open(f"{{here}}/../help/{{verb}}").read()
for flag in (word for word in rest if word.startswith("--")):
    if not re.search(flag + r"\\b(?!-)", help):
        sys.exit(f"{{verb}} has no flag {{flag}}")
with open(here + "/calls", "a") as file:
    print(json.dumps([os.path.basename(sys.argv[0]), *words]), file=file)
sys.exit(verb == os.environ.get("FAILING"))
"""
OKE = """\
# what a person wrote
DEPLOY_URL=https://todo.example.com
DEPLOY_KUBECONFIG=file://kubeconfig
DEPLOY_REGISTRYUSERNAME=octocat
DEPLOY_REGISTRYPASSWORD=env:GITHUB_TOKEN
VERIFY_URL=https://todo.example.com
VERIFY_KUBECONFIG=file://kubeconfig
SECRETS_DATABASEURL=env:DATABASE_URL
SECRETS_BETTERAUTHSECRET=file:signing-key
SECRETS_KAFKABROKERS=broker.example.com:9092
SECRETS_KAFKAUSERNAME=todo
SECRETS_KAFKAPASSWORD=env:KAFKA_PASSWORD
"""
VALUES = {"GITHUB_TOKEN": "s3cr3t-a", "DATABASE_URL": "s3cr3t-b", "KAFKA_PASSWORD": "s3cr3t-c"}
OF_DEPLOY = (
    "url", "kubeconfig", "registry-username", "registry-password", "database-url",
    "better-auth-secret", "kafka-brokers", "kafka-username", "kafka-password",
)  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """What a script said, how it ended, and what it called."""

    code: int
    said: str
    calls: list[list[str]]


@dataclass(frozen=True)
class Clone:
    """A clone of the repository that holds the scripts and stand-ins for what they call."""

    root: Path

    def write(self, name: str, text: str, *, program: bool = False) -> None:
        """Write a file of the clone."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if program:
            path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def run(
        self, script: str, *arguments: str, cwd: str = ".", values: dict[str, str] | None = None,
        failing: str = "",
    ) -> Ended:  # fmt: skip
        """Run a script to its end, with no variable of the caller's but PATH and HOME."""
        given = VALUES if values is None else values
        environment = {
            "PATH": f"{self.root}/dagger-bin:{os.environ['PATH']}",
            "HOME": str(self.root / "home"),
            "FAILING": failing,
            **given,
        }
        done = subprocess.run(
            [self.root / "infra/scripts" / script, *arguments],
            cwd=self.root / cwd, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        calls = list(self.root.glob("*bin/calls"))
        lines = calls[0].read_text().splitlines() if calls else []
        return Ended(done.returncode, done.stdout + done.stderr, [json.loads(it) for it in lines])


@pytest.fixture(scope="session")
def help_texts() -> dict[str, str]:
    """Ask the real command once for what its verbs take."""
    return {
        verb: subprocess.run(
            [REAL, verb, "--help"], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        for verb in ("secrets", "deploy", "verify")
    }


@pytest.fixture
def clone(tmp_path: Path, help_texts: dict[str, str]) -> Clone:
    made = Clone(tmp_path)
    for name in NAMES:
        text = (ROOT / "infra/scripts" / name).read_text()
        made.write(
            f"infra/scripts/{name}", text.replace(STATE, str(tmp_path / "state")), program=True
        )
    text = (ROOT / "do").read_text().replace(STATE, str(tmp_path / "state"))
    made.write("do", text, program=True)
    made.write("infra/scripts/toolchain.sh", 'need_ci() { :; }; PATH="$PWD/bin:$PATH"\n')
    made.write("bin/todo-ci", STAND_IN, program=True)
    made.write(".env", OKE)
    made.write("kubeconfig", "apiVersion: v1")
    made.write("signing-key", "s3cr3t-d")
    for verb, text in help_texts.items():
        made.write(f"help/{verb}", text)
    (tmp_path / "dagger-bin").mkdir()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(
        ["git", "-C", tmp_path, "remote", "add", "origin", "git@github.com:octocat/todo.git"],
        check=True,
    )
    return made


def flags(call: list[str]) -> dict[str, str]:
    """Pair the flags of a call with their values."""
    words = call[call.index("--env") :]
    return dict(zip(words[::2], words[1::2], strict=True))


def test_a_deploy_applies_the_secrets_then_releases(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh")
    assert done.code == 0, done.said
    secrets, deploy = done.calls
    assert secrets[:2] == ["todo-ci", "secrets"]
    assert flags(secrets) == {
        "--env": "oke",
        "--kubeconfig": f"file:{clone.root}/kubeconfig",
        "--registry-username": "octocat",
        "--registry-password": "env:GITHUB_TOKEN",
        "--database-url": "env:DATABASE_URL",
        "--better-auth-secret": f"file:{clone.root}/signing-key",
        "--kafka-brokers": "broker.example.com:9092",
        "--kafka-username": "todo",
        "--kafka-password": "env:KAFKA_PASSWORD",
    }
    assert deploy[:2] == ["todo-ci", "deploy"]
    assert flags(deploy) == {
        "--env": "oke",
        "--url": "https://todo.example.com",
        "--kubeconfig": f"file:{clone.root}/kubeconfig",
        "--registry-username": "octocat",
        "--registry-password": "env:GITHUB_TOKEN",
    }


@pytest.mark.parametrize(
    ("script", "verbs"),
    [("deploy-oke.sh", ["secrets", "deploy"]), ("verify-deployment.sh", ["verify"])],
)
def test_where_there_is_dagger_it_is_called(script: str, verbs: list[str], clone: Clone) -> None:
    by_hand = clone.run(script)
    (clone.root / "bin/calls").unlink()
    clone.write("dagger-bin/dagger", STAND_IN, program=True)
    done = clone.run(script)
    assert done.code == 0, done.said
    assert [call[:3] for call in done.calls] == [["dagger", "call", verb] for verb in verbs]
    assert [call[3:] for call in done.calls] == [call[2:] for call in by_hand.calls]


def test_the_lab_brings_its_own_values_and_is_reached_without_an_engine(clone: Clone) -> None:
    text = OKE.replace("todo.example.com", "127.0.0.1:8000")
    clone.write("state/pipeline.env", text)
    clone.write("dagger-bin/dagger", STAND_IN, program=True)
    for script, verb in (("deploy-oke.sh", "deploy"), ("verify-deployment.sh", "verify")):
        elsewhere = {f"{verb.upper()}_URL": "https://other.example.com"}
        done = clone.run(script, "--env", "local", values=VALUES | elsewhere)
        assert done.code == 0, done.said
        assert done.calls[-1][:2] == ["todo-ci", verb]
        assert flags(done.calls[-1])["--env"] == "local"
        assert flags(done.calls[-1])["--url"] == "https://127.0.0.1:8000"


def test_an_option_wins_over_the_environment_and_that_over_the_file(clone: Clone) -> None:
    values = VALUES | {"VERIFY_URL": "https://b.example.com", "VERIFY_HOLDER": "them"}
    given = ("--url=https://a.example.com", "--revision", "7")
    done = clone.run("verify-deployment.sh", *given, values=values)
    assert flags(done.calls[0])["--url"] == "https://a.example.com"
    assert flags(done.calls[0])["--revision"] == "7"
    assert flags(done.calls[0])["--holder"] == "them"
    done = clone.run("verify-deployment.sh", values=values)
    assert flags(done.calls[1])["--url"] == "https://b.example.com"


def test_a_file_is_found_from_where_its_name_was_written(clone: Clone) -> None:
    clone.write("home/mine", "apiVersion: v1")
    for given, cwd in (("file:mine", "home"), ("file:~/mine", "."), ("file://~/mine", ".")):
        done = clone.run("verify-deployment.sh", "--kubeconfig", given, cwd=cwd)
        assert done.code == 0, done.said
        assert flags(done.calls[-1])["--kubeconfig"] == f"file:{clone.root}/home/mine"


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


def test_no_secret_is_on_a_command_line_or_shown(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh")
    assert done.calls
    assert "s3cr3t" not in done.said + json.dumps(done.calls)


def test_a_dry_run_is_a_plan_alone(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh", "--dry-run", values={"GITHUB_TOKEN": "a"})
    assert done.code == 0, done.said
    assert [call[1] for call in done.calls] == ["deploy"]
    assert "--dry-run" in done.calls[0]


def test_secrets_that_are_kept_are_not_asked_for(clone: Clone) -> None:
    done = clone.run("deploy-oke.sh", "--keep-secrets", values={"GITHUB_TOKEN": "a"})
    assert done.code == 0, done.said
    assert [call[1] for call in done.calls] == ["deploy"]


@pytest.mark.parametrize(
    ("script", "failing", "called"),
    [
        ("deploy-oke.sh", "secrets", ["secrets"]),
        ("deploy-oke.sh", "deploy", ["secrets", "deploy"]),
        ("verify-deployment.sh", "verify", ["verify"]),
    ],
)
def test_a_failure_is_the_exit_code_and_the_end(
    script: str, failing: str, called: list[str], clone: Clone
) -> None:
    done = clone.run(script, failing=failing)
    assert done.code == 1
    assert [call[1] for call in done.calls] == called


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--envv", "oke"], "there is no option '--envv'"),
        (["oke"], "'oke' is no option"),
        (["--"], "'--' is no option"),
        (["--url"], "--url wants a value"),
        (["--url="], "--url wants a value"),
        (["--env", "gke"], "there is no environment 'gke'; there are: oke, local"),
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


@pytest.mark.parametrize("script", ["deploy-oke.sh", "verify-deployment.sh"])
def test_help_names_every_option_and_the_exit_codes(script: str, clone: Clone) -> None:
    done = clone.run(script, "--help")
    assert (done.code, done.calls) == (0, [])
    taken = re.search(
        r'^read_flags "([^"]*)" "([^"]*)"',
        (ROOT / "infra/scripts" / script).read_text(),
        re.MULTILINE,
    )
    assert taken
    plain = [word for word in " ".join(taken.groups()).split() if "$" not in word]
    wanted = {*plain, *(OF_DEPLOY if script == "deploy-oke.sh" else ())}
    assert [name for name in wanted if f"--{name}" not in done.said] == []
    assert "Ends with 0" in done.said
    assert "set -euo" not in done.said


def test_a_flag_that_the_verb_does_not_take_is_noticed(clone: Clone) -> None:
    path = clone.root / "infra/scripts/verify-deployment.sh"
    path.write_text(
        path.read_text().replace("call verify env", "value[urll]=x; call verify urll env")
    )
    done = clone.run("verify-deployment.sh")
    assert done.code == 1
    assert "verify has no flag --urll" in done.said


@pytest.mark.skipif(not shutil.which("shellcheck", path=str(REAL.parent)), reason="no shellcheck")
def test_shellcheck_finds_nothing() -> None:
    paths = [ROOT / "infra/scripts" / name for name in NAMES]
    command = [REAL.parent / "shellcheck", "--external-sources", "--exclude=SC1091", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
