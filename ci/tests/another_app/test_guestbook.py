"""The promise: the same pipeline takes another repository's app to a verified release, and back.

The guestbook of examples/ is copied into a repository of its own, as somebody would have it:
another language, one component, no Dapr, no Secrets. Its kubeconfig reaches its namespace alone,
nothing is called from our clone, and nothing of the todo app, whose own tests may run beside these,
is within its reach. One story, in order.
"""

import json
from collections.abc import Generator

import httpx
import lab
import pytest
from guests import Theirs, blocks, own_repository

pytestmark = pytest.mark.lab

PAGE = "http://127.0.0.1:8000/guestbook/"
NAMESPACE, NEXT, TRIAL = "guestbook", "guestbook-next", "guestbook-rehearsal"
KEY = "file:~/cosign.key"
PROMOTION, REHEARSAL = "promotion.md", "rehearsal.md"
# An update that ends the old pod first, as some charts have it.
ROLLING = "rollingUpdate:\n      maxSurge: 1\n      maxUnavailable: 0"
OURS = ("todo-app", "namespace todo", "backend", "frontend", "kafka", "./do")


def prepare_promotion(app: Theirs) -> None:
    """Do what docs/promotion.md says, up to the first use."""
    settings, values = (blocks(PROMOTION, kind) for kind in ("toml", "yaml"))
    assert app.follow(blocks(PROMOTION)["promotion_key"]).exit_code == 0
    own = (app.home / "cosign.pub").read_text().splitlines()[1:-1]
    said = settings["promotion_release"].replace("what cosign.pub says", "\n".join(own))
    with (app.root / "release.toml").open("a") as file:
        file.write(f"\n{said}")
    (app.root / "chart/values-next.yaml").write_text(values["promotion_values"])


def prepare_rehearsal(app: Theirs) -> None:
    """Do what docs/rehearsal.md says, up to the first use."""
    settings, values = (blocks(REHEARSAL, kind) for kind in ("toml", "yaml"))
    with (app.root / "release.toml").open("a") as file:
        file.write(f"\n{settings['rehearsal_release']}")
    (app.root / "chart/values-rehearsal.yaml").write_text(values["rehearsal_values"])


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Generator[Theirs]:
    app = own_repository(tmp_path_factory.mktemp("home"))
    prepare_promotion(app)
    prepare_rehearsal(app)
    app.commit_all()
    delete_namespaces()
    access = app.follow(blocks("your-app.md")["their_access"])
    assert access.exit_code == 0, access.text
    yield app
    delete_namespaces()


def delete_namespaces() -> None:
    all_of_them = (NAMESPACE, NEXT, TRIAL)
    lab.admin("kubectl", "delete", "namespace", *all_of_them, "--ignore-not-found", "--wait")


def page() -> str:
    answer = httpx.get(PAGE, trust_env=False, timeout=10)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.text


def image(namespace: str) -> str:
    """Return the digest of the image that a release in a namespace runs."""
    text = lab.admin("helm", "get", "values", "guestbook", "-n", namespace, "-o", "json")
    return json.loads(text)["image"]["digest"]


def promote(app: Theirs, *flags: str) -> lab.Run:
    return app.todo_ci(
        "promote", "--to", "next", "--kubeconfig", "file:~/.kube/next-pipeline", *flags
    )


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
    run = theirs.follow(blocks("your-app.md")["their_deploy"])
    assert run.exit_code == 0, run.text
    assert verdict(1) == "r1-passed"
    assert "Nobody has signed yet." in page()
    entry = {"name": "Ada", "line": "<b>was</b> here"}
    signed = httpx.post(PAGE, data=entry, trust_env=False, follow_redirects=True)
    assert "<strong>Ada</strong>: &lt;b&gt;was&lt;/b&gt; here" in signed.text
    # The address itself is still the other app's.
    assert "uestbook" not in httpx.get("http://127.0.0.1:8000/", trust_env=False).text


def test_what_nobody_signed_goes_no_further(theirs: Theirs) -> None:
    access = theirs.follow(blocks(PROMOTION)["promotion_access"])
    assert access.exit_code == 0, access.text
    built = theirs.todo_ci("deploy", "--env", "next", "--kubeconfig", "file:~/.kube/next-pipeline")
    assert built.exit_code == 1
    assert "next takes images that passed in local alone" in built.text
    assert "todo-ci --project guests promote --from local --to next" in built.text
    refused = promote(theirs)
    assert refused.exit_code == 1
    assert "guestbook@sha256:" in refused.text
    assert "is not signed by the key of release.toml" in refused.text


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
    run = theirs.todo_ci("deploy", "--env", "local", "--signing-key", KEY)
    assert run.exit_code == 1
    assert "revision 2 serves again, as 4" in run.text
    assert "usage: guestbook" in run.text, "its last lines are shown"
    assert (verdict(3), verdict(4)) == ("r3-failed", "r4-passed")
    assert "<h1>Our guests</h1>" in page()
    refused = promote(theirs)
    assert refused.exit_code == 1
    assert "failed in local, as revision 3" in refused.text


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


def rehearse(app: Theirs) -> lab.Run:
    """Rehearse what the tree has; its place is empty afterwards, and what serves is as it was."""
    before = revision()
    run = app.follow(blocks(REHEARSAL)["rehearsal_run"])
    assert revision() == before
    kept = ("get", "secrets", "--selector=owner=helm", "--output=name")
    assert not lab.admin("kubectl", "-n", TRIAL, *kept), "all of it is removed"
    return run


def test_a_commit_whose_update_loses_requests_fails_its_rehearsal(theirs: Theirs) -> None:
    theirs.commit("web/Dockerfile", 'ENTRYPOINT ["/guestbook", "?"]', 'ENTRYPOINT ["/guestbook"]')
    access = theirs.follow(blocks(REHEARSAL)["rehearsal_access"])
    assert access.exit_code == 0, access.text
    chart = "chart/templates/deployment.yaml"
    theirs.commit(chart, ROLLING, "type: Recreate")
    run = rehearse(theirs)
    assert run.exit_code == 1
    rows = {line.split()[0]: line for line in run.stdout.splitlines() if line.strip()}
    assert "with its own chart: passed" in rows["before"]
    assert "revision 1 serves again, as 3; " in rows["return"]
    for scene in ("return", "upgrade"):
        assert "requests failed" in rows[scene]
        assert "UTC /guestbook/" in rows[scene], "when, and which path"
    assert "none failed" in rows["rollback"], "it is as the release goes to that is returned to"
    theirs.commit(chart, "type: Recreate", ROLLING)


@pytest.mark.matrix
def test_one_that_nobody_would_notice_passes(theirs: Theirs) -> None:
    run = rehearse(theirs)
    assert run.exit_code == 0, run.text
    assert run.stdout.count("none failed") == 3


def test_what_passed_is_promoted_by_its_very_digest(theirs: Theirs) -> None:
    run = theirs.follow(blocks(PROMOTION)["promotion_deploy"])
    assert run.exit_code == 0, run.text
    assert "deploy to next: revision 1 passed" in run.text
    assert "building" not in run.text.partition("verdict: what local found")[2]
    assert image(NEXT) == image(NAMESPACE)
    answer = httpx.get("http://localhost:8000/guestbook/", trust_env=False)
    assert "<h1>Our guests</h1>" in answer.text
    # An environment that asks for an hour waits for it, and the release before serves on.
    sha = theirs.git("rev-parse", "HEAD").strip()
    theirs.commit("release.toml", "verdict = true", "verdict = true\nsoak-minutes = 60")
    early = promote(theirs, "--commit", sha)
    assert early.exit_code == 1
    assert "and has to soak for 60 minutes" in early.text


def test_what_its_own_access_does_not_reach_is_refused(theirs: Theirs) -> None:
    run = lab.todo_ci(
        "status", "--env", "local", "--kubeconfig", f"file:{theirs.home}/.kube/guestbook-pipeline"
    )
    assert run.exit_code == 1
    assert lab.NAMESPACE in run.stderr


def reach(app: Theirs, namespace: str) -> set[str]:
    """Return the rules that hold for its ServiceAccount in a namespace, as the API server says."""
    config = f"--kubeconfig={app.home}/.kube/guestbook-pipeline"
    rules = lab.admin(
        "kubectl", config, "auth", "can-i", "--list", "--no-headers", "--namespace", namespace
    )
    return set(rules.splitlines())


def test_nothing_of_ours_is_within_its_reach(theirs: Theirs) -> None:
    nobodys = reach(theirs, "default")
    assert reach(theirs, lab.NAMESPACE) == nobodys, "no more than in a namespace that nobody uses"
    assert [rule for rule in reach(theirs, NAMESPACE) - nobodys if "deployments.apps" in rule]
