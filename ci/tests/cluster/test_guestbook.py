"""The promise: the same pipeline takes another repository's app to a verified release, and back.

The guestbook of examples/ is copied into a repository of its own, as somebody would have it:
another language, one component, no Dapr, no Secrets. Its kubeconfig reaches its namespace alone,
nothing is called from our clone, and the todo app, which serves beside it, notices nothing. One
story, in order.
"""

import json
import os
import re
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
GUIDE = (lab.ROOT / "docs/your-app.md").read_text()
PAGE = "http://127.0.0.1:8000/guestbook/"
NAMESPACE = "guestbook"
OURS = ("todo-app", "namespace todo", "backend", "frontend", "kafka", "./do")


@dataclass(frozen=True)
class Theirs:
    """Hold somebody's home with the app's own repository in it.

    Args:
        home: where their kubeconfig is, and where they call from.
        root: the repository.
    """

    home: Path
    root: Path

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

    def todo_ci(self, verb: str) -> lab.Run:
        """Run a verb for this app, from outside of any clone."""
        return self._run(["todo-ci", "--project", "guests", verb, "--env", "local"], self.home)

    def follow(self, block: str) -> lab.Run:
        """Run a block of the guide, with this repository in place of the example."""
        script = block.replace("examples/guestbook", str(self.root)).replace("./do ci", "todo-ci")
        return self._run(["bash", "-euo", "pipefail", "-c", script], lab.ROOT)

    def _run(self, command: list[str], folder: Path) -> lab.Run:
        """Run a command with no default arguments but those of the app's own .env."""
        cache = os.environ.get("TODO_LAB_CACHE") or str(Path.home() / ".cache/todo-lab")
        given = {"PATH": lab.pipeline_environment()["PATH"], "TODO_LAB_CACHE": cache}
        environment = {**lab.nothing_set(), **given, "HOME": str(self.home)}
        start = time.monotonic()
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=400,
            check=False,
        )  # fmt: skip
        run = lab.Run(done.returncode, done.stdout, done.stderr, time.monotonic() - start)
        print(f"\n$ {' '.join(command)} [{run.exit_code}] {run.seconds:.1f} s\n{run.text}")
        return run


def blocks() -> dict[str, str]:
    """Return the tested blocks of the guide by their names."""
    return dict(re.findall(r"<!-- tested: (\w+) -->\n```sh\n(.*?)```", GUIDE, re.DOTALL))


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
    home = tmp_path_factory.mktemp("home")
    app = Theirs(home, home / "guests")
    shutil.copytree(EXAMPLE, app.root, ignore=shutil.ignore_patterns(".env"))
    (app.root / ".gitignore").write_text(".env\n")
    app.git("init")
    app.git("add", ".")
    app.git("commit", "--message", "a guestbook")
    delete_namespace()
    access = app.follow(blocks()["their_access"])
    assert access.exit_code == 0, access.text
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
    run = theirs.todo_ci("doctor")
    assert run.exit_code == 0, run.text
    assert "without registry-login public images alone" in run.stdout
    assert "all 40 of the pipeline's Role" in run.stdout


def test_a_commit_becomes_a_verified_release_that_takes_a_line(theirs: Theirs) -> None:
    run = theirs.follow(blocks()["their_deploy"])
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
    shown = theirs.todo_ci("diff").stdout
    assert "Our guests" in shown
    assert "guestbook" in shown
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


@pytest.mark.parametrize("verb", ["status", "history", "logs", "verify"])
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
        "status", "--env", "local", "--kubeconfig", f"file:{theirs.home}/.kube/guestbook-pipeline"
    )
    assert run.exit_code == 1
    assert lab.NAMESPACE in run.stderr


def test_the_app_beside_it_noticed_nothing(theirs: Theirs, before: tuple[int, set[str]]) -> None:
    assert ours() == before
    served = lab.todo_ci("status", "--env", "local")
    assert served.exit_code == 0
    assert "guestbook" not in served.text
