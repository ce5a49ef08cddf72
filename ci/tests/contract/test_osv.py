"""The real osv-scanner is asked by the names that advisories have, and its words are understood."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from advisories import export, needs_osv
from todo_ci.core.ports import Shell
from todo_ci.errors import ToolError
from todo_ci.scan import osv, packages
from todo_ci.scan.findings import Answer

DISTRO = "arch=amd64&distro=debian-13"
# As syft lists an image.
PURLS = (
    f"pkg:deb/debian/zlib1g@1%3A1.2.11.dfsg-2?{DISTRO}&upstream=zlib",
    f"pkg:deb/debian/libgcc-s1@14.2.0-19?{DISTRO}&upstream=gcc-14%4014.2.0-18",
    f"pkg:deb/debian/bash@5.2.37-2?{DISTRO}",
    "pkg:golang/stdlib@1.21.7",
    "pkg:npm/%40babel/traverse@7.23.1",
    "pkg:pypi/urllib3@2.2.1",
)


@pytest.fixture
def shell(adapter: str, make_shell: Callable[..., Shell]) -> Shell:
    if adapter != "host":
        pytest.skip("a folder of this machine is none of a container")
    return make_shell()


async def ask(shell: Shell, database: str, *purls: str) -> list[Answer]:
    """Ask about two SBOMs at once, the second of which has the first package alone."""
    both = [packages.read(_sbom(*purls)), packages.read(_sbom(purls[0]))]
    said = await shell.run(osv.step(both, database))
    assert said.ok, said.stderr
    answers, _ = osv.parse(said.stdout, both, database)
    return answers


def _sbom(*purls: str) -> dict[str, Any]:
    return {"components": [{"type": "library", "name": "it", "purl": purl} for purl in purls]}


@needs_osv
async def test_what_is_known_is_found_by_the_name_of_its_advisory(
    shell: Shell, tmp_path: Path
) -> None:
    whole, first = await ask(shell, export(tmp_path / "osv"), *PURLS)
    assert [str(it) for it in whole.findings] == [
        "CVE-2023-45133 (critical) of @babel/traverse 7.23.1, fixed in 7.23.2",
        "CVE-2018-25032 (high) of zlib 1:1.2.11.dfsg-2, fixed in 1:1.2.11.dfsg-4",
        "CVE-2024-37891 (medium) of urllib3 2.2.1, fixed in 2.2.2",
        "CVE-2022-27943 (unknown) of gcc-14 14.2.0-18, without a fix",
        "CVE-2024-24783 (unknown) of stdlib 1.21.7, fixed in 1.21.8",
    ]
    assert [it.package for it in first.findings] == ["zlib"]
    assert len(whole.seen) == len(PURLS)
    assert first.seen == {("zlib", "1:1.2.11.dfsg-2")}


@needs_osv
async def test_what_is_mended_is_not_found(shell: Shell, tmp_path: Path) -> None:
    mended = (
        PURLS[0].replace("dfsg-2", "dfsg-4"),
        "pkg:golang/stdlib@1.26.8",
        "pkg:npm/%40babel/traverse@7.23.2",
        "pkg:pypi/Urllib3@2.10.0",
    )
    whole, _ = await ask(shell, export(tmp_path / "osv"), *mended)
    assert whole.findings == ()
    assert len(whole.seen) == len(mended)


@needs_osv
async def test_advisories_that_are_missing_or_empty_are_an_error(
    shell: Shell, tmp_path: Path
) -> None:
    database = export(tmp_path / "osv")
    with pytest.raises(
        ToolError, match=r"no advisories about Hex: there is no file .*/osv/Hex/all\.zip"
    ):
        await ask(shell, database, *PURLS, "pkg:hex/phoenix@1.0.0")
    (tmp_path / "osv/PyPI/all.zip").write_bytes(b"")
    with pytest.raises(ToolError, match=r"about PyPI: .*all\.zip is no zip"):
        await ask(shell, database, *PURLS)


async def test_a_machine_without_it_is_told(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    with pytest.raises(ToolError, match="no osv-scanner on PATH"):
        await ask(shell, "file:///nowhere", *PURLS)
