"""Images are scanned by the SBOMs that are signed about them, by the real osv-scanner."""

import json
import shutil
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as with_table

from advisories import export, published, require_osv
from todo_ci.attestation import admission, sbom, statements
from todo_ci.attestation.asking import Place
from todo_ci.attestation.sbom import Listed
from todo_ci.attestation.statements import Statement
from todo_ci.commands.scan import scan
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.errors import InputError, ToolError
from todo_ci.project import current
from todo_ci.project.scan import Exemption, Scan
from todo_ci.reports.report import CheckStatus, Report
from todo_ci.rollout.request import DeployRequest
from verdicts import requiring

pytestmark = pytest.mark.lab
ZLIB = "pkg:deb/debian/zlib1g@1%3A1.2.11.dfsg-{}?arch=amd64&distro=debian-13&upstream=zlib"
UNSAFE, SAFE = ZLIB.format(2), ZLIB.format(4)


def use(**policy: Any) -> None:
    """Let release.toml have another policy; `ours` gives it its own back."""
    current.use(with_table(current.project(), scan=Scan(**policy)))


# Asynchronous, as it sets the app, like `ours`.
@pytest.fixture
async def asking(ours: Context, adapter: str, tmp_path: Path) -> AsyncGenerator[Context]:
    """An environment that takes scanned images alone, with a few advisories."""
    require_osv(adapter)
    export(tmp_path / "osv")
    with published(adapter, tmp_path / "osv") as address:
        use(database=address)
        yield requiring(ours, sbom=True, scan=True)


async def state(context: Context, refs: ImageRefs, request: DeployRequest, **listed: str) -> None:
    """Sign an SBOM of each image, which lists one package."""
    wanted: list[Statement] = []
    for component, purl in listed.items():
        made: dict[str, Any] = {
            "bomFormat": "CycloneDX",
            "metadata": {"component": {}},
            "components": [{"type": "library", "name": "it", "purl": purl}],
        }
        image = refs[component]
        found = Listed(image, "linux/amd64", f"sha256:{'1' * 64}", json.dumps(made), "")
        wanted.append(Statement(image, sbom.document(found)))
    place = Place(sbom.TYPE, request.registry, request.username)
    assert await statements.publish(context, wanted, place) == ""


async def test_an_image_with_what_is_refused_is_named_before_anything_is_changed(
    asking: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    await state(asking, pushed, request_, backend=UNSAFE, frontend=SAFE)
    with pytest.raises(InputError, match=r"todo-backend@\S+ has CVE-2018-25032 \(high\)") as no:
        await admission.require(asking, pushed, request_)
    assert "todo-frontend" not in no.value.problem
    assert "zlib 1:1.2.11.dfsg-4 or newer" in no.value.next_step


async def test_clean_images_and_those_of_an_exception_go_on(
    asking: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    await state(asking, pushed, request_, backend=UNSAFE, frontend=SAFE)
    database = current.project().scan.database
    exempt = Exemption("CVE-2018-25032", date(2999, 1, 1), "not reached", "zlib")
    use(database=database, except_=(exempt,))
    assert await admission.require(asking, pushed, request_) is None
    use(database=database, except_=(with_table(exempt, until=date(2026, 1, 1)),))
    with pytest.raises(InputError, match="has CVE-2018-25032"):
        await admission.require(asking, pushed, request_)


async def test_old_advisories_are_refused_by_name(
    asking: Context, pushed: ImageRefs, request_: DeployRequest, tmp_path: Path
) -> None:
    await state(asking, pushed, request_, backend=SAFE, frontend=SAFE)
    export(tmp_path / "osv", days=8)
    with pytest.raises(InputError, match=r"too old, as scan.max-age-days is 7: Debian: 3, the new"):
        await admission.require(asking, pushed, request_)


async def test_without_advisories_nothing_is_let_pass(
    asking: Context, pushed: ImageRefs, request_: DeployRequest, tmp_path: Path
) -> None:
    await state(asking, pushed, request_, backend=SAFE, frontend=SAFE)
    shutil.rmtree(tmp_path / "osv/Debian")
    with pytest.raises(ToolError, match="there are no advisories about Debian"):
        await admission.require(asking, pushed, request_)


async def test_the_verb_reports_what_it_found_and_what_it_could_not_look_at(
    asking: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    await state(asking, pushed, request_, backend=UNSAFE)
    context = replace(asking, target=replace(asking.target, environment="local"))
    where = {"registry": request_.registry, "username": request_.username, "database": ""}
    report = await scan(context, images=pushed, **where)
    found = verdicts(report)
    assert found["backend: packages"] is CheckStatus.FAILED
    assert found["frontend: packages"] is CheckStatus.FAILED
    assert found["advisories"] is CheckStatus.PASSED
    without = next(it for it in report.checks if it.name == "frontend: packages")
    assert "has no SBOM for linux/amd64" in without.evidence


def verdicts(report: Report) -> Mapping[str, CheckStatus]:
    return {it.name: it.status for it in report.checks}
