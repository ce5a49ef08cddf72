"""What the page on promotion writes into release.toml means what it says."""

import re
from datetime import date

from command_lines import ROOT
from todo_ci.project.release_file import parse

PAGE = (ROOT / "docs/promotion.md").read_text()
# An app with an environment of that name, and with a key.
APP = (
    """
[release]
name = "guestbook"
namespace = "guestbook"
chart = "chart"
[components.web]
context = "web"
image = "web"
values = "image"
[environments.next]
values = "values.yaml"
platforms = ["linux/amd64"]
[gateway.paths]
"/" = "ok"
[signing]
public-key = """
    + "'-----BEGIN PUBLIC KEY-----MFkw-----END PUBLIC KEY-----'"
)


def test_the_policy_of_the_page_is_taken_at_its_word() -> None:
    (policy,) = re.findall(r"^```toml\n(\[scan\]\n.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    project = parse(f"{APP}\n{policy}")
    assert project.environments["next"].requires.scan
    assert (project.scan.refuse, project.scan.only_fixed, project.scan.max_age_days) == (
        "high", True, 3,
    )  # fmt: skip
    (exempt,) = project.scan.except_
    assert (exempt.id, exempt.package, exempt.until) == (
        "CVE-2026-1234", "openssl", date(2027, 1, 31),
    )  # fmt: skip


def test_who_signs_without_a_key_is_taken_at_his_word() -> None:
    block = r"^```toml\n(\[signing\]\nidentity.*?)^```$"
    (named,) = re.findall(block, PAGE, re.MULTILINE | re.DOTALL)
    signing = parse(f"{APP.partition('[signing]')[0]}{named}").signing
    assert signing is not None
    assert signing.flag == "--identity-token"
    assert f"--certificate-identity {signing.identity} " in PAGE, "which cosign is told"
    assert f"--certificate-oidc-issuer {signing.issuer} " in PAGE
    for key in ("identity", "issuer", "sigstore"):
        assert f"| `{key}` |" in PAGE


def test_the_page_explains_each_key_of_the_policy() -> None:
    keys = parse(APP).scan.__struct_encode_fields__
    rows = re.findall(r"^\| `(?:\[\[scan\.)?([a-z-]+)(?:\]\])?` \|", PAGE, re.MULTILINE)
    assert set(keys) <= set(rows)
