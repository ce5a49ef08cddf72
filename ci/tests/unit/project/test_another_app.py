"""The promise: another repository's release.toml changes what is asked, applied and told."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fake_cluster import FakeCluster
from fake_objects import images, ok

from todo_ci.checks.run import skip_reasons
from todo_ci.checks.selfcheck import inside_names, selfcheck
from todo_ci.cluster import helm, kubectl, next_steps
from todo_ci.commands import build
from todo_ci.commands.publish import accepted_images, publish
from todo_ci.components import chart
from todo_ci.core import keys_file, secret_names
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.core.ports import BuiltImage, ImageSpec, Result, Step
from todo_ci.core.secrets_plan import plan
from todo_ci.environments import names, target
from todo_ci.errors import InputError
from todo_ci.plugins.dapr.trial_pod import try_pod
from todo_ci.preflight import access, judgements
from todo_ci.project import current
from todo_ci.project.release_file import parse
from todo_ci.reports.report import CheckStatus
from todo_ci.rollout import lease
from todo_ci.rollout.request import DeployRequest
from todo_ci.rollout.upgrade import upgrade_release

pytestmark = pytest.mark.usefixtures("guestbook")
DIGEST = f"sha256:{7:064x}"
GUESTBOOK = Path(__file__).parents[1] / "fixtures/guestbook.toml"
GATEWAY = '[gateway]\nvalue = "ingress.url"\n[gateway.paths]'
OURS = ("todo", "backend", "frontend", "kafka", "cohere")


@dataclass
class Ports:
    """Both ports: remember what was asked of them."""

    pushed: list[str] = field(default_factory=list[str])
    ran: list[str] = field(default_factory=list[str])

    async def run(self, step: Step) -> Result:
        self.ran.append(step.argv[-1])
        return Result(0, f"r.io/me/charts/guestbook@{DIGEST}\n", "", 0.1)

    async def build(self, spec: ImageSpec) -> BuiltImage:
        return BuiltImage(spec.component, spec.platforms, "id")

    async def push(self, image: BuiltImage, reference: str) -> str:
        self.pushed.append(reference)
        return DIGEST

    async def resolve(self, reference: str) -> str | None:
        raise AssertionError(reference)

    async def dockerfile(self, spec: ImageSpec) -> str:
        raise AssertionError(spec)

    async def tag(self, reference: str, tag: str) -> None:
        raise AssertionError((reference, tag))


def steps() -> Iterator[Step]:
    """Yield what is asked of every cluster."""
    for command in (helm.history(), helm.test(60), helm.rollback(2, 60), helm.uninstall(60)):
        yield kubectl.step(helm.watched(command))
    yield kubectl.get("lease", lease.name())
    yield kubectl.get_release("pods")
    yield kubectl.release_labels()
    yield kubectl.delete_revisions([3])
    yield try_pod()


def test_helm_and_kubectl_are_told_its_names_and_none_of_ours() -> None:
    for step in steps():
        assert "guests" in step.argv
        said = " ".join([*step.argv, *(step.files.get(name, "") for name in ("doctor-pod.json",))])
        assert not [word for word in OURS if word in said], said
    assert helm.history()[2] == "guestbook"
    assert kubectl.selector() == "app.kubernetes.io/instance=guestbook"
    assert json.loads(lease.manifest(lease.Lease("me", 30, "", "")))["metadata"] == {
        "name": "guestbook-deploy",
        "namespace": "guests",
    }


def test_its_chart_is_rendered_for_its_environments() -> None:
    assert [step.name for step in chart.check()] == [
        "chart: lint stage", "chart: render stage", "chart: lint prod", "chart: render prod",
        "chart: package",
    ]  # fmt: skip


def test_what_shows_what_its_chart_makes_can_be_typed() -> None:
    text = GUESTBOOK.read_text().replace('chart = "chart"', 'chart = "deploy/our chart"')
    current.use(parse(text.replace("[gateway.paths]", '[gateway]\nvalue = "url"\n[gateway.paths]')))
    assert chart.check()[1].next_step == (
        "correct the chart; helm template guestbook 'deploy/our chart' --namespace guests --values "
        "'deploy/our chart/stage.yaml' --set-json 'url=\"http://stage.example.org:8080\"' "
        "shows what it makes"
    )


def test_its_one_image_is_built_named_and_given_to_its_chart() -> None:
    (spec,) = build.specs(("linux/arm64",), {}).values()
    assert (spec.component, spec.folder, spec.dockerfile) == ("web", "web", "Dockerfile")
    assert spec.build_args == {"SOURCE": ""}
    refs = ImageRefs({"web": f"registry.test/guestbook@sha256:{7:064x}"})
    given = helm.image_values(refs)
    assert given["image.repository"] == "registry.test/guestbook"
    assert helm.parse_images(helm.value_files(refs, "")[helm.GIVEN]) == refs
    assert helm.parse_images(json.dumps({"image": {"repository": "a/b", "tag": "c"}})) is None
    assert accepted_images(("backend", "frontend")) == "--images JSON"


async def test_it_is_published_under_its_own_name_and_nothing_asks_for_migrations() -> None:
    ports = Ports()
    context = Context(ports, ports, target("prod"))
    refs = await publish(context, registry="r.io/me", username="", commit="abc1234", dirty=False)
    assert ports.pushed == ["r.io/me/guestbook:sha-abc1234"]
    assert refs["web"] == f"r.io/me/guestbook@{DIGEST}"
    assert ports.ran == ["scripts.push_chart"]


def test_its_environments_are_named_where_ours_are_asked_for() -> None:
    assert names() == ("stage", "prod")
    assert target().environment == "stage"
    with pytest.raises(InputError, match="one of: stage, prod"):
        target("oke")


def test_its_secrets_are_applied_and_asked_for() -> None:
    assert secret_names.required() == ("token",)
    step = plan(frozenset({"kubeconfig", "token"}), "", "", {})
    (login,) = json.loads(step.stdin)["secrets"]
    assert login["name"] == "login"
    assert login["keys"] == {
        "token": {"file": "TOKEN_FILE"}, "salt": {"random": 32}, "who": {"text": "guest"},
    }  # fmt: skip
    assert next_steps.secret("login", "prod") == "todo-ci secrets --env prod"
    assert "--registry-username" in next_steps.secret("registry-login", "prod")
    assert next_steps.secret("app-secrets", "prod").startswith("kubectl -n guests create secret")


def test_who_is_asked_for_rights_is_told_of_its_own_file() -> None:
    assert next_steps.renew_role().endswith("give it the right that is missing")
    # The script alone is about the todo app's namespace.
    assert "kubeconfig.sh" not in next_steps.new_kubeconfig()
    assert "ask whoever administers the cluster, namespace guests" in next_steps.new_kubeconfig()
    text = GUESTBOOK.read_text().replace('chart = "chart"', 'chart = "chart"\nrole = "who.yaml"')
    current.use(parse(text))
    assert next_steps.renew_role().endswith("kubectl apply -f who.yaml")
    assert "kubeconfig.sh --namespace guests --role who.yaml" in next_steps.new_kubeconfig()


def test_without_a_test_of_its_own_only_helm_test_itself_is_judged() -> None:
    assert inside_names() == ()
    assert selfcheck(Result(0, "", "", 1), inside_names(), {}) == ()


async def test_it_is_deployed_and_judged_by_what_it_has() -> None:
    cluster = FakeCluster(dapr={}).seed("r1-passed")
    cluster.answers["template"] = [ok("")]
    request = DeployRequest(images=images(2), url="http://guests.test", lock_timeout=0)
    done = await upgrade_release(cluster.context(), request, images=images(2), commit="abc1234")
    assert done.passed, done.table()
    assert [check.name for check in done.report.checks] == [
        "upgrade", "release", "deployments", "gateway /", "helm test", "verdict",
    ]  # fmt: skip
    assert "web sha256:" in done.table()
    assert not [word for word in OURS if word in done.headline]
    assert cluster.verdicts()[2] == "r2-passed"


async def test_it_goes_back_when_its_page_does_not_answer() -> None:
    cluster = FakeCluster(dapr={}, sick={images(2)["web"]}).seed("r1-passed")
    cluster.answers["template"] = [ok("")]
    request = DeployRequest(images=images(2), url="http://guests.test", lock_timeout=0)
    done = await upgrade_release(cluster.context(), request, images=images(2), commit="abc1234")
    assert not done.passed
    assert done.returned_to == 1
    assert cluster.verdicts() == {1: "r1-passed", 2: "r2-failed", 3: "r3-passed"}


@pytest.mark.parametrize("key", ["DATABASE_URL", "database_url", "database.url", "database-url"])
def test_a_key_is_given_under_the_name_of_its_variable(key: str) -> None:
    current.use(parse(GUESTBOOK.read_text().replace("token =", f'"{key}" =')))
    flags = secret_names.of_keys()
    assert keys_file.parse("DATABASE_URL=there", flags, ()) == {key: "there"}


def test_a_key_that_no_flag_gives_is_a_line_of_a_file() -> None:
    assert secret_names.of_keys() == {"token"}
    with pytest.raises(InputError) as refused:
        secret_names.require_keys(("kubeconfig",))
    assert refused.value.problem == "no token was given"
    assert refused.value.next_step == "add --keys file:PATH with the line TOKEN=…"
    values = keys_file.parse(
        "# a comment\n\nexport TOKEN='s3cr=t #1'\n", secret_names.of_keys(), ("kubeconfig",)
    )
    assert values == {"token": "s3cr=t #1"}
    secret_names.require_keys(("kubeconfig", *values))


def test_a_secret_that_is_given_whole_is_asked_for_as_it_can_be_typed() -> None:
    smtp = '[secrets.smtp]\ntogether = true\nflags = "smtp-"\n[secrets.smtp.keys]\n'
    keys = 'user = { plain = "NAME" }\npassword = {}\n'
    current.use(parse(f"{GUESTBOOK.read_text()}{smtp}{keys}"))
    lines = "SMTP_USER=…, SMTP_PASSWORD=…"
    assert next_steps.secret("smtp", "prod") == (
        f"todo-ci secrets --env prod --keys file:PATH with the lines {lines}"
    )
    with pytest.raises(InputError, match="of smtp SMTP_USER=… is missing") as refused:
        plan(frozenset({"kubeconfig", "token", "smtp-password"}), "", "", {})
    assert refused.value.accepted == f"all of {lines}, or none"
    assert refused.value.next_step == "add --keys file:PATH with the line SMTP_USER=…"
    # A key that is called as one of the flags is given by it.
    mixed = smtp.replace('flags = "smtp-"\n', "") + "kafka-password = {}\nuser = {}\n"
    current.use(parse(f"{GUESTBOOK.read_text()}{mixed}"))
    assert secret_names.options("smtp") == (
        "--kafka-password file:PATH --keys file:PATH with the line USER=…"
    )


@pytest.mark.parametrize(
    ("text", "given", "problem"),
    [
        ("TOKEN", (), "line 1 has no ="),
        ("TOKNE=s3cret", (), "line 1 names no key of a Secret in release.toml; it has TOKEN"),
        # What the cluster makes for itself is nobody's to give.
        ("SALT=s3cret", (), "line 1 names no key"),
        ("TOKEN=s3cret", ("token",), "TOKEN was given by --token too"),
        ("TOKEN=s3cret\ntoken=s3cret", (), "token stands there twice"),
        ("TOKEN='s3cret", (), "line 1 cannot be read"),
        ('# mine\nTOKEN="s3cret"x', (), "line 2 cannot be read"),
        ("TOKEN=s3c #ret", (), "line 1 cannot be read"),
    ],
)
def test_a_line_that_cannot_be_meant_is_named_and_never_its_value(
    text: str, given: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(InputError, match=problem) as refused:
        keys_file.parse(text, secret_names.of_keys(), given)
    assert "s3cret" not in refused.value.text()


def test_its_addresses_are_where_its_own_chart_has_them() -> None:
    text = GUESTBOOK.read_text().replace("[gateway.paths]", GATEWAY)
    current.use(parse(text))
    values = {"ingress": {"url": "http://guests.test", "trustedOrigins": ["http://b.test"]}}
    assert helm.parse_origins(json.dumps(values)) == ("http://guests.test", "http://b.test")
    assert helm.parse_origins(json.dumps({"gateway": {"url": "http://other.test"}})) == ()


def test_its_chart_is_told_no_address_and_no_role_is_compared() -> None:
    assert helm.url_values("http://guests.test") == {}
    assert list(json.loads(helm.value_files(images(2), "http://guests.test")[helm.GIVEN])) == [
        "image"
    ]
    assert helm.parse_url(json.dumps({"gateway": True})) == ""
    assert helm.parse_origins(json.dumps({"gateway": True})) == ()
    assert "--role" not in access.rights().argv
    assert judgements.rights(ok("[]")).status is CheckStatus.SKIPPED
    assert skip_reasons("null", 4) == {}
