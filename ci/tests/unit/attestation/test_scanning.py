"""Images go on only where their own SBOMs were scanned and nothing is in them that is refused."""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from fake_cluster import FakeCluster
from fake_objects import images
from fake_osv import ZLIB, Scanner, Signed, advisory, answer, group, listed, printed, stated
from msgspec.structs import replace as with_table

from todo_ci.attestation import admission, scanning
from todo_ci.core.context import Context
from todo_ci.errors import InputError, ToolError
from todo_ci.project import current
from todo_ci.project.environment import Requires
from todo_ci.project.signing import Signing
from todo_ci.reports.report import CheckStatus
from todo_ci.rollout.request import DeployRequest

BAD = advisory("CVE-2018-25032", ZLIB, "1:1.2.12")
CLEAN = answer(printed([listed(ZLIB)], [listed(ZLIB)]))
UNSAFE = answer(printed([listed(ZLIB)], [listed(ZLIB, [group(BAD, score="9.1")], [BAD])]))
OURS = images(1)


def told(*of_backend: str, frontend: Sequence[str] = (stated(),)) -> Mapping[str, Sequence[str]]:
    return {"backend": of_backend, "frontend": frontend}


def asking(said: str, **changes: Any) -> tuple[Context, Scanner]:
    scanner = Scanner(said)
    return replace(FakeCluster().context(), shell=scanner, **changes), scanner


@pytest.fixture
def signing() -> Generator[None]:
    before = current.project()
    current.use(with_table(before, signing=Signing(public_key="a key")))
    yield
    current.use(before)


def required(said: str, **asked: Any) -> tuple[Context, Signed]:
    """Open an environment that requires what is asked."""
    cluster = FakeCluster()
    context, signed = cluster.context(), Signed(cluster.run, said)
    target = replace(context.target, requires=Requires(**asked))
    return replace(context, shell=signed, target=target), signed


async def test_clean_images_go_on() -> None:
    context, scanner = asking(CLEAN)
    await scanning.require(context, OURS, told(stated()))
    assert len(scanner.asked) == 1


async def test_an_image_that_has_what_is_refused_is_named() -> None:
    context, _ = asking(UNSAFE)
    with pytest.raises(InputError, match=r"todo-frontend@\S+ has CVE-2018-25032 \(crit") as refused:
        await scanning.require(context, OURS, told(stated()))
    assert "high or worse" in refused.value.accepted
    assert "zlib 1:1.2.12 or newer" in refused.value.next_step


async def test_an_image_without_an_sbom_of_a_platform_fails_and_the_others_are_looked_at() -> None:
    context, _ = asking(answer(printed([listed(ZLIB)])))
    report = await scanning.report(context, OURS, told(stated("arm64"), "{}"))
    first, second, *_ = report.checks
    assert (first.name, first.status) == ("backend: packages", CheckStatus.FAILED)
    assert "has no SBOM for linux/amd64" in first.evidence
    assert (second.name, second.status) == ("frontend: packages", CheckStatus.PASSED)
    assert not report.passed


async def test_where_no_image_has_one_nobody_is_asked() -> None:
    context, scanner = asking("")
    report = await scanning.report(context, OURS, told(frontend=()))
    assert not report.passed
    assert scanner.asked == []


async def test_images_of_which_nothing_can_be_looked_at_are_refused() -> None:
    context, _ = asking(answer("", databases={}))
    nothing = stated(purl="pkg:generic/app@1")
    with pytest.raises(InputError, match="list nothing that anybody could be asked about"):
        await scanning.require(context, OURS, told(nothing, frontend=(nothing,)))


async def test_other_advisories_than_those_of_release_toml_can_be_named() -> None:
    context, scanner = asking(CLEAN)
    await scanning.report(context, OURS, told(stated()), "file:///mirror")
    assert json.loads(scanner.asked[0].stdin)["database"] == "file:///mirror"
    await scanning.report(context, OURS, told(stated()))
    assert "osv-vulnerabilities" in json.loads(scanner.asked[1].stdin)["database"]


async def test_a_folder_is_none_of_an_engines_container() -> None:
    context, scanner = asking(CLEAN, steps_outlive=True)
    with pytest.raises(InputError, match="file:///mirror is a folder of each container itself"):
        await scanning.report(context, OURS, told(stated()), "file:///mirror")
    assert scanner.asked == []


@pytest.mark.usefixtures("signing")
async def test_an_environment_that_asks_for_a_scan_is_given_nothing_unsafe() -> None:
    context, signed = required(UNSAFE, sbom=True, scan=True)
    with pytest.raises(InputError, match=r"todo-frontend@\S+ has CVE-2018-25032"):
        await admission.require(context, OURS, DeployRequest(registry="registry.test/todo"))
    # The SBOMs that were asked for are those that are scanned.
    assert signed.looked_at == [*OURS.components.values()]
    assert signed.scans == 1


@pytest.mark.usefixtures("signing")
async def test_one_that_asks_for_sboms_alone_has_none_scanned() -> None:
    context, signed = required(UNSAFE, sbom=True)
    await admission.require(context, OURS, DeployRequest(registry="registry.test/todo"))
    assert (len(signed.looked_at), signed.scans) == (2, 0)


async def test_a_machine_without_a_scanner_is_told_before_anything_is_built() -> None:
    context, signed = required(answer("", scanner=False, databases={}), sbom=True, scan=True)
    with pytest.raises(ToolError, match="no osv-scanner on PATH"):
        await scanning.require_scanner(context)
    assert signed.scans == 1
    others, nobody = required("", sbom=True)
    await scanning.require_scanner(others)
    assert nobody.scans == 0
