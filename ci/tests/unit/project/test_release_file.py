"""The promise: what release.toml says is taken at its word, and what it cannot mean is refused.

A refusal names the file, the key, what is accepted, and the nearest key or name where one is near.
"""

from datetime import date
from pathlib import Path

import pytest
import yaml

from todo_ci.errors import InputError
from todo_ci.project.environment import Environment
from todo_ci.project.release_file import parse
from todo_ci.project.rules.environments import in_order
from todo_ci.project.rules.names import RESERVED
from todo_ci.project.scan import Exemption

ROOT = Path(__file__).parents[4]
SMALL = (Path(__file__).parents[1] / "fixtures/guestbook.toml").read_text()
# Lines of it that a change begins at.
TLS, STAGE, PATHS = "verified-tls = true", "[environments.stage]", "[gateway.paths]"
REQUIRES = "[environments.prod.requires]\n"
SIGNED = """[signing]
public-key = '''
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8Qo4F+h4O0H9fLYDP9247DFuX505
-----END PUBLIC KEY-----
'''
"""
EXCEPT = '[[scan.except]]\nid = "CVE-2026-1234"\nreason = "not reached"\n'
BOX = '[components.web.toolbox]\nlanguage = "go"\n'
WEB = 'context = "web"\nvalues = "{}"\nimage = "{}"\n'


def refusal(text: str, file: str = "release.toml") -> InputError:
    with pytest.raises(InputError) as refused:
        parse(text, file)
    return refused.value


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def test_what_is_left_out_is_off() -> None:
    project = parse(SMALL)
    assert project.release.pull_secret == "registry-login"
    assert project.components["web"].dockerfile == "Dockerfile"
    assert project.helm_test is None
    assert project.plugins.dapr is None
    assert project.plugins.alembic is None
    stage = project.environments["stage"]
    assert stage == Environment(
        values="stage.yaml", platforms=("linux/amd64",), url="http://stage.example.org:8080"
    )
    assert not any((stage.plain_http_registry, stage.allow_dirty, stage.verified_tls))
    assert project.environments["prod"].verified_tls
    assert project.secrets["login"].restart


def test_without_a_policy_a_scan_has_one_that_is_strict() -> None:
    policy = parse(SMALL).scan
    assert (policy.refuse, policy.refuse_unknown, policy.only_fixed) == ("high", True, False)
    assert (policy.max_age_days, policy.except_) == (7, ())
    told = parse(changed(PATHS, f"{EXCEPT}until = 2027-01-31\n{PATHS}")).scan
    assert told.except_ == (Exemption("CVE-2026-1234", date(2027, 1, 31), "not reached"),)


def test_environments_follow_each_other_however_they_are_written() -> None:
    assert in_order(parse(SMALL)) == ("stage", "prod")


@pytest.mark.parametrize(
    ("old", "new", "problem", "accepted", "hint"),
    [
        ('chart = "chart"', 'chrat = "chart"', "no key release.chrat", "chart", "write chart"),
        ("[environments.stage]\n", "[environments.stage]\ncolour = 3\n",
         "no key environments.stage.colour", "after", "take colour out"),
        (PATHS, "[gatewai.paths]", "no key gatewai", "gateway", "write gateway"),
        (PATHS, "[plugins.dapper]\n[gateway.paths]",
         "no key plugins.dapper", "dapr, alembic", "write dapr"),
        (PATHS, "[plugins.dapr]\nsidecars = 2\n[gateway.paths]",
         "no key plugins.dapr.sidecars", "jobs", "take sidecars out"),
        (PATHS, f"[scan]\nonly-fixd = true\n{PATHS}",
         "no key scan.only-fixd", "refuse-unknown", "write only-fixed"),
        (PATHS, f"{EXCEPT}untill = 2027-01-31\n{PATHS}",
         "no key scan.except[0].untill", "id, until, reason", "write until"),
        ('name = "guestbook"\n', "", "release.name is missing", "letters", "add release.name"),
        ('context = "web"\n', "", "components.web.context is missing", "a path", "add components"),
    ],
)  # fmt: skip
def test_a_key_it_does_not_know_or_misses_is_named(
    old: str, new: str, problem: str, accepted: str, hint: str
) -> None:
    error = refusal(changed(old, new), "their/release.toml")
    assert error.problem.startswith("their/release.toml: ")
    assert problem in error.problem
    assert accepted in error.accepted
    assert hint in error.next_step


@pytest.mark.parametrize(
    ("old", "new", "problem", "accepted"),
    [
        ('name = "guestbook"', 'name = "Guest Book"', 'name is "Guest Book"', "letters"),
        ('name = "guestbook"', f'name = "{"g" * 54}"', "release.name", "at most 53"),
        ('name = "guestbook"', 'name = "guestbook\\n"', "release.name", "small letters"),
        ('name = "guestbook"', "name = 7", "release.name is 7", "small letters"),
        ('chart = "chart"', 'chart = "../chart"', 'release.chart is "../chart"', "without .."),
        ('chart = "chart"', 'chart = "charts/../../up"', "release.chart", "without .."),
        ('chart = "chart"', 'chart = "/chart"', "release.chart", "below the repository's root"),
        ('chart = "chart"', 'chart = "~/chart"', "release.chart", "below the repository's root"),
        ('values = "image"', 'values = "image digest"', "components.web.values", "joined by dots"),
        ("[components.web]", "[components.Web]", "components.Web", "small letters"),
        ("[components.web]", '[components."our web"]', 'components."our web"', "small letters"),
        ('["linux/amd64"]', '["linux/amd46"]', "environments.stage.platforms[0]", "'linux/amd64'"),
        ('["linux/amd64"]', "[]", "environments.stage.platforms is []", "not empty"),
        ('["linux/amd64"]', '"linux/amd64"', "environments.stage.platforms", "[a list]"),
        (TLS, "verified-tls = 1", "environments.prod.verified-tls is 1", "false"),
        (TLS, 'verified-tls = "true"', "environments.prod.verified-tls", "quotes"),
        (TLS, f"{REQUIRES}freeze = ['Friday - Monday']", "requires.freeze[0]", "Fri 16:00"),
        (TLS, f"{REQUIRES}freeze = ['Fri 24:00 - Mon 07:00']", "requires.freeze[0]", "DAY HH:MM"),
        (TLS, f"{REQUIRES}soak-minutes = -1", "requires.soak-minutes is -1", "0"),
        (PATHS, f"[scan]\nrefuse = 'hihg'\n{PATHS}", 'scan.refuse is "hihg"', "'high'"),
        (PATHS, f"[scan]\nmax-age-days = 0\n{PATHS}", "scan.max-age-days is 0", "from 1 to 365"),
        (PATHS, f"[scan]\ndatabase = 'osv.zip'\n{PATHS}", "scan.database", "ECOSYSTEM/all.zip"),
        (PATHS, f"{EXCEPT}until = 'soon'\n{PATHS}", 'scan.except[0].until is "soon"', "2027-01-31"),
        (PATHS, f"{EXCEPT}{PATHS}", "scan.except[0].until is missing", "2027-01-31"),
        (PATHS, f"{EXCEPT}until = 2027-01-31\npackage = ''\n{PATHS}", "except[0].package", "empty"),
        (PATHS, f"[[scan.except]]\nid = 'it'\nreason = 'x'\nuntil = 2027-01-31\n{PATHS}",
         'scan.except[0].id is "it"', "CVE-2026-1234"),
        (PATHS, f"[signing]\npublic-key = 'cosign.pub'\n{PATHS}", "signing.public-key", "as PEM"),
        *((PATHS, f"[signing]\nidentity = '{it}'\n{PATHS}", f'signing.identity is "{it}"', "FILE@")
          for it in ("octo/app", "^https://github.com/octo/", "https://a b", "$")),
        (PATHS, f"[signing]\nidentity = 'a@b.org'\nissuer = 'github'\n{PATHS}",
         'signing.issuer is "github"', "iss of its tokens"),
        (PATHS, f"[signing]\nidentity = 'a@b.org'\nsigstore = '/etc'\n{PATHS}",
         'signing.sigstore is "/etc"', "below the repository"),
        (TLS, "timeout-seconds = 5", "timeout-seconds is 5", "from 10 to 3600"),
        (TLS, 'timeout-seconds = "60"', 'timeout-seconds is "60"', "without quotes"),
        (TLS, "timeout-seconds = 60.5", "timeout-seconds", "whole number"),
        (TLS, 'url = "prod.example.org"', "environments.prod.url", "https://HOST"),
        (TLS, 'url = "https://a.org/app"', "environments.prod.url", "https://HOST"),
        (TLS, 'registry = "https://ghcr.io/me"', "prod.registry", "without https"),
        (TLS, 'registry = "ghcr.io/Me"', "prod.registry", "lower case"),
        ("{ random = 32 }", "{ random = 4 }", "secrets.login.keys.salt.random is 4", "from 16"),
        ("{ random = 32 }", "true", "secrets.login.keys.salt is true", "random, text"),
        ('{ text = "guest" }', '{ text = "" }', "secrets.login.keys.who.text", "not empty"),
        ("[secrets.login.keys]", '[secrets.login.keys]\n"a key" = {}', 'keys."a key"', "a Secret"),
        ("[secrets.login.keys]", '[secrets.login.keys]\n".." = {}', 'keys.".."', "a Secret"),
        *(("[secrets.login.keys]", f'[secrets.login]\nflags = "{it}"\n[secrets.login.keys]',
           f'secrets.login.flags is "{it}"', "smtp-") for it in ("mail/", "../", "smtp ", "a=")),
        ('"/" = "page"', '"/" = "html"', 'gateway.paths."/" is "html"', "'page'"),
        ('"/" = "page"', '"index" = "page"', "gateway.paths.index", "/health"),
        ('"/" = "page"', "", "gateway.paths is an empty table", "not empty"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_named_with_what_is_accepted(
    old: str, new: str, problem: str, accepted: str
) -> None:
    error = refusal(changed(old, new))
    assert problem in error.problem
    assert accepted in error.accepted
    assert error.next_step


@pytest.mark.parametrize(
    ("old", "new", "problem", "accepted", "hint"),
    [
        ('after = "stage"', 'after = "stag"', "environments.prod.after: there is no 'stag'",
         "one of: stage", "write stage"),
        ('after = "stage"', 'after = "prod"', "environments.prod.after: there is no 'prod'",
         "one of: stage", "correct release.toml"),
        ('url = "http://stage.example.org:8080"', 'after = "prod"', "closes a circle: prod, stage",
         "without after", "correct release.toml"),
        (PATHS, f'[plugins.alembic]\ncomponent = "wep"\nmigrations = "m"\n{PATHS}',
         "plugins.alembic.component: there is no 'wep'", "one of: web", "write web"),
        (STAGE, f"[components.api]\n{WEB.format('image', 'api')}{STAGE}",
         "components.api.values: 'image' is that of web", "its own", "correct"),
        (STAGE, f"[components.api]\n{WEB.format('api', 'guestbook')}{STAGE}",
         "components.api.image: 'guestbook' is that of web", "its own", "correct"),
        (PATHS, '[helm-test]\njob = "t"\nchecks = ["a"]\nneeds = { b = "x.y" }\n[gateway.paths]',
         "helm-test.needs.b: there is no 'b'", "one of: a", "correct"),
        (TLS, 'rehearses = "stag"',
         "environments.prod.rehearses: there is no 'stag'", "one of: stage", "write stage"),
        (TLS, 'rehearses = "stage"',
         "environments.prod rehearses in the namespace 'guests', which is that of stage",
         "environments.prod.namespace, of its own", "correct"),
        (STAGE, f'[environments.trial]\nrehearses = "stage"\nvalues = "trial.yaml"\n'
         f'platforms = ["linux/amd64"]\nnamespace = "guests"\n{STAGE}',
         "environments.trial rehearses in the namespace 'guests', which is that of prod",
         "is removed again", "correct"),
        (TLS, f"{REQUIRES}signature = true",
         "environments.prod.requires asks for what is signed", "[signing]", "correct"),
        (TLS, f"{REQUIRES}sbom = true",
         "environments.prod.requires asks for what is signed", "[signing]", "correct"),
        (TLS, f"{REQUIRES}scan = true", "prod.requires.scan looks at nothing but SBOMs",
         "sbom = true", "correct"),
        (PATHS, f"[signing]\nreuse-days = 1\n{PATHS}", "signing names nobody who signs",
         "identity, for whom", "correct"),
        (PATHS, f"{SIGNED}identity = 'a@b.org'\n{PATHS}", "both public-key and identity",
         "public-key, for a key", "correct"),
        (PATHS, f"{SIGNED}sigstore = 'sigstore'\n{PATHS}", "signing.sigstore are about an identity",
         "in place of public-key", "correct"),
        (PATHS, f"{SIGNED}issuer = 'https://gitlab.com'\n{PATHS}", "signing.issuer and",
         "in place of public-key", "correct"),
        *((PATHS, f"[signing]\nidentity = '{it}'\n{PATHS}", "signing.identity is no regular",
           "from ^", "correct") for it in ("^https://github.com/(octo/.+$", "^octo)|(cat$")),
        (STAGE, f"{SIGNED}[environments.stage.requires]\nverdict = true\n{STAGE}",
         "environments.stage.requires.verdict asks", "environments.stage.after", "correct"),
        (TLS, f"{REQUIRES}soak-minutes = 5", "requires.soak-minutes", "verdict = true", "correct"),
        (PATHS, f'[plugins.dapr]\njobs = "wep"\n{PATHS}',
         "plugins.dapr.jobs: there is no 'wep'", "one of: web", "write web"),
        ("[components.web]", "[components.chart]", "components.chart: the name", "kube", ""),
        (PATHS, f'[plugins.alembic]\ncomponent = "web"\nmigrations = "website"\n{PATHS}',
         "plugins.alembic.migrations: 'website' is not in web", "context", "correct"),
        (PATHS, f'[components.web.lint]\nvet = {{ run = "go vet" }}\n{PATHS}',
         "components.web.lint has checks and components.web has no toolbox", "language", "correct"),
        (PATHS, f'[components.web.test]\na = {{ run = "x", beside = ["wep"] }}\n{BOX}{PATHS}',
         "components.web.test.a.beside: there is no 'wep'", "nothing", "correct"),
        (PATHS, f'[components.web.toolbox]\nlanguage = "go"\nlock = "go.sum"\n{PATHS}',
         "components.web.toolbox.lock: go takes its modules", "no lock", "correct"),
        (PATHS, f'[repository]\nfolders = ["web"]\ntoolbox = {{ language = "go" }}\n{PATHS}',
         "components.web: the name means something else", "kube", "correct"),
        *((PATHS, f'[repository]\nfolders = ["{name}"]\ntoolbox = {{ language = "go" }}\n{PATHS}',
           f"repository.folders: '{name}' means something else", "kube", "correct")
          for name in RESERVED),
        *((PATHS, f'[repository]\nfolders = ["do"]\ntoolbox = {{ language = "go" }}\n'
           f'{kind}.a = {{ run = "x", beside = ["wep"] }}\n{PATHS}',
           f"repository.{kind}.a.beside: there is no 'wep'", "one of: web", "write web")
          for kind in ("lint", "test")),
        ("{ random = 32 }", "{ random = 32, required = true }",
         "secrets.login.keys.salt is told to be random and a flag", "BYTES", "correct"),
        ("{ random = 32 }", '{ random = 32, text = "salt" }',
         "secrets.login.keys.salt is told to be random and text", "TEXT", "correct"),
        ("[secrets.login.keys]", "[secrets.login]\ntogether = true\n[secrets.login.keys]",
         "login.keys.token is required, and secrets.login.together", "of flags", "correct"),
        (PATHS, f"[secrets.two]\ntogether = true\nkeys = {{ a = {{ random = 32 }} }}\n{PATHS}",
         "secrets.two.keys.a is random, and secrets.two.together is", "of flags", "correct"),
        (PATHS, f'[secrets.two]\nkeys = {{ a = {{ required = true, plain = "A" }} }}\n{PATHS}',
         "secrets.two.keys.a is required and plain", "together", "correct"),
        *((PATHS, f"[secrets.two]\nkeys = {{ {it} = {{}} }}\n{PATHS}",
           f"secrets.two.keys.{it}: --{it} is the pipeline's own", 'two.flags = "WORD-"', "correct")
          for it in ("PULL_PASSWORD", "REGISTRY_PASSWORD", "kubeconfig")),
        (PATHS, f"[secrets.two]\nflags = 'registry-'\nkeys = {{ password = {{}} }}\n{PATHS}",
         "--registry-password is the pipeline's own", "any flag", "correct"),
        (PATHS, f"[secrets.two]\nkeys = {{ token = {{}} }}\n{PATHS}",
         "--token gives secrets.login.keys.token already", "secrets.two.flags", "correct"),
        (PATHS, f"[secrets.two]\nkeys = {{ a_b = {{}}, a-b = {{}} }}\n{PATHS}",
         "--a-b gives secrets.two.keys.a_b already", "flags", "correct"),
        (PATHS, f"[secrets.registry-login]\nkeys = {{ a = {{}} }}\n{PATHS}",
         "secrets.registry-login is release.pull-secret", "another name", "correct"),
        (PATHS, f'[helm-test]\njob = "t"\nchecks = ["a", "address"]\n{PATHS}',
         "helm-test.checks: 'address' is there already", "each once", "correct"),
        (PATHS, f'[helm-test]\njob = "t"\nchecks = ["a", "a"]\n{PATHS}',
         "helm-test.checks: 'a' is there already", "each once", "correct"),
    ],
)  # fmt: skip
def test_what_contradicts_the_rest_of_the_file_is_named(
    old: str, new: str, problem: str, accepted: str, hint: str
) -> None:
    error = refusal(changed(old, new))
    assert problem in error.problem
    assert accepted in error.accepted
    assert hint in error.next_step


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "release is missing"),
        ("components = 3", "components is 3"),
        ("release = []", "release is []"),
        ("[release]\nname = guestbook", "is no TOML: Invalid value (at line 2"),
        (f"{SMALL}[release]\n", "is no TOML"),
    ],
)
def test_what_is_no_such_file_at_all_is_said(text: str, problem: str) -> None:
    error = refusal(text)
    assert problem in error.problem
    assert error.accepted
    assert error.next_step


def test_all_that_this_repositorys_file_names_is_there() -> None:
    project = parse((ROOT / "release.toml").read_text())
    chart = ROOT / project.release.chart
    values = yaml.safe_load((chart / "values.yaml").read_text())
    for component in project.components.values():
        assert (ROOT / component.context / component.dockerfile).is_file()
        image = values
        for key in component.values.split("."):
            image = image[key]
        assert {"repository", "digest"} <= set(image)
    for environment in project.environments.values():
        assert (chart / environment.values).is_file()
    assert project.plugins.alembic
    assert (ROOT / project.plugins.alembic.migrations).is_dir()
