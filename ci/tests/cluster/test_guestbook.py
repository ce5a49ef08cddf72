"""The promise: the same pipeline takes another repository's app to a verified release, and back.

The guestbook of examples/ is copied into a repository of its own, as somebody would have it:
another language, one component, no Dapr, no Secrets. Its kubeconfig reaches its namespace alone,
nothing is called from our clone, and the todo app, which serves beside it, notices nothing. One
story, in order.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import httpx
import lab
import pytest

pytestmark = pytest.mark.lab

EXAMPLE = lab.ROOT / "examples/guestbook"
PAGE = "http://127.0.0.1:8000/guestbook/"
NAMESPACE = "guestbook"
OURS = ("todo-app", "namespace todo", "backend", "frontend", "kafka", "./do")


@dataclass(frozen=True)
class Theirs:
    """Hold the app's own repository, and a folder beside it to call from.

    Args:
        root: the repository.
        elsewhere: the folder.
    """

    root: Path
    elsewhere: Path

    def commit(self, file: str, old: str, new: str) -> None:
        """Change a file and commit it."""
        path = self.root / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        self.git("commit", "--all", "--message", f"change {file}")

    def git(self, *argv: str) -> None:
        """Run git in the repository."""
        identity = ("-c", "user.name=guest", "-c", "user.email=guest@example.org")
        subprocess.run(["git", "-C", self.root, *identity, *argv], check=True, capture_output=True)

    def todo_ci(self, *argv: str) -> lab.Run:
        """Run the pipeline's command for this app, with no default arguments but its own."""
        environment = {**lab.nothing_set(), "PATH": lab.pipeline_environment()["PATH"]}
        start = time.monotonic()
        done = subprocess.run(
            ["todo-ci", "--project", "../guests", *argv],
            cwd=self.elsewhere, env=environment, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip
        run = lab.Run(done.returncode, done.stdout, done.stderr, time.monotonic() - start)
        print(f"\n$ guestbook: {' '.join(argv)} [{run.exit_code}] {run.seconds:.1f} s\n{run.text}")
        return run


def ours() -> tuple[int, set[str]]:
    """Return what of the todo app must not change: its revision, and the ids of its pods."""
    selector = ("-l", f"app.kubernetes.io/instance={lab.RELEASE}")
    pods = lab.admin("kubectl", "-n", lab.NAMESPACE, "get", "pods", *selector, "-o", "json")
    uids = {pod["metadata"]["uid"] for pod in json.loads(pods)["items"]}
    return lab.latest()["revision"], uids


@pytest.fixture(scope="module")
def before(served: str) -> tuple[int, set[str]]:
    return ours()


@pytest.fixture(scope="module")
def theirs(
    before: tuple[int, set[str]], tmp_path_factory: pytest.TempPathFactory
) -> Generator[Theirs]:
    folder = tmp_path_factory.mktemp("another")
    app = Theirs(folder / "guests", folder / "elsewhere")
    app.elsewhere.mkdir()
    shutil.copytree(EXAMPLE, app.root, ignore=shutil.ignore_patterns(".env"))
    delete_namespace()
    kubeconfig = folder / "kubeconfig"
    kubeconfig.touch(mode=0o600)
    script = str(lab.ROOT / "infra/oke/kubeconfig.sh")
    role = ("--role", str(app.root / "cluster.yaml"))
    kubeconfig.write_text(lab.admin(script, "--namespace", NAMESPACE, *role))
    defaults = (EXAMPLE / "lab.env").read_text()
    # Relative: it is looked for below the app's own tree.
    own = defaults.replace("file:~/.kube/guestbook-pipeline", "file:../kubeconfig")
    assert own != defaults
    (app.root / ".env").write_text(own)
    (app.root / ".gitignore").write_text(".env\n")
    app.git("init")
    app.git("add", ".")
    app.git("commit", "--message", "a guestbook")
    yield app
    delete_namespace()


def delete_namespace() -> None:
    lab.admin("kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait")


def page() -> str:
    answer = httpx.get(PAGE, trust_env=False, timeout=10)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.text


def revision() -> dict[str, str]:
    """Return the newest revision of its release."""
    text = lab.admin("helm", "history", "guestbook", "-n", NAMESPACE, "-o", "json")
    return json.loads(text)[-1]


def verdict(number: int) -> str:
    secret = f"secret/sh.helm.release.v1.guestbook.v{number}"
    path = "jsonpath={.metadata.labels.verdict}"
    return lab.admin("kubectl", "-n", NAMESPACE, "get", secret, "-o", path)


def test_what_a_release_stands_on_is_looked_at_by_its_own_file(theirs: Theirs) -> None:
    lacking = theirs.todo_ci("doctor")
    assert lacking.exit_code == 1
    assert "registry-login" in lacking.stdout
    assert "todo-ci --project ../guests secrets --env local" in lacking.stdout
    applied = theirs.todo_ci("secrets")
    assert applied.exit_code == 0, applied.text
    assert theirs.todo_ci("doctor").exit_code == 0


def test_a_commit_becomes_a_verified_release_that_takes_a_line(theirs: Theirs) -> None:
    run = theirs.todo_ci("deploy")
    assert run.exit_code == 0, run.text
    assert verdict(1) == "r1-passed"
    assert "Nobody has signed yet." in page()
    entry = {"name": "Ada", "line": "<b>was</b> here"}
    signed = httpx.post(PAGE, data=entry, trust_env=False, follow_redirects=True)
    assert "<strong>Ada</strong>: &lt;b&gt;was&lt;/b&gt; here" in signed.text
    # The address itself is still the other app's.
    assert "uestbook" not in httpx.get("http://127.0.0.1:8000/", trust_env=False).text


def test_the_next_commit_is_the_next_release(theirs: Theirs) -> None:
    theirs.commit("chart/values.yaml", "title: Guestbook", "title: Our guests")
    run = theirs.todo_ci("deploy")
    assert run.exit_code == 0, run.text
    assert verdict(2) == "r2-passed"
    assert "<h1>Our guests</h1>" in page()


def test_a_broken_commit_is_returned_by_itself_to_the_last_verified(theirs: Theirs) -> None:
    theirs.commit("web/Dockerfile", 'ENTRYPOINT ["/guestbook"]', 'ENTRYPOINT ["/guestbook", "?"]')
    run = theirs.todo_ci("deploy")
    assert run.exit_code == 1
    assert "revision 2 serves again, as 4" in run.text
    assert "usage: guestbook" in run.text, "its last lines are shown"
    assert (verdict(3), verdict(4)) == ("r3-failed", "r4-passed")
    assert "<h1>Our guests</h1>" in page()


@pytest.mark.parametrize("verb", ["status", "history", "diff", "logs", "verify"])
def test_a_verb_tells_of_it_and_of_nothing_of_ours(verb: str, theirs: Theirs) -> None:
    run = theirs.todo_ci(verb)
    assert run.exit_code == 0, run.text
    assert "guestbook" in run.text
    assert [word for word in OURS if word in run.text] == []


def test_one_call_goes_back_to_the_release_before(theirs: Theirs) -> None:
    run = theirs.todo_ci("rollback")
    assert run.exit_code == 0, run.text
    newest = revision()
    assert newest["description"] == "Rollback to 1"
    assert verdict(int(newest["revision"])) == f"r{newest['revision']}-passed"
    assert "<h1>Guestbook</h1>" in page()


def test_what_its_own_access_does_not_reach_is_refused(theirs: Theirs) -> None:
    run = lab.todo_ci(
        "status", "--env", "local", "--kubeconfig", f"file:{theirs.root.parent}/kubeconfig"
    )
    assert run.exit_code == 1
    assert lab.NAMESPACE in run.stderr


def test_the_app_beside_it_noticed_nothing(theirs: Theirs, before: tuple[int, set[str]]) -> None:
    assert ours() == before
    served = lab.todo_ci("status", "--env", "local")
    assert served.exit_code == 0
    assert "guestbook" not in served.text
