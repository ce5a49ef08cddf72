"""The real osv-scanner is asked by the names that advisories have, and its words are understood."""

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from advisories import export, published, require_osv
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
def shell(make_shell: Callable[..., Shell]) -> Shell:
    return make_shell()


@pytest.fixture
def database(adapter: str, tmp_path: Path) -> Generator[str]:
    """Publish a few advisories from a folder, and give the address."""
    require_osv(adapter)
    export(tmp_path / "osv")
    with published(adapter, tmp_path / "osv") as address:
        yield address


async def ask(shell: Shell, database: str, *purls: str) -> list[Answer]:
    """Ask about two SBOMs at once, the second of which has the first package alone."""
    both = [packages.read(_sbom(*purls)), packages.read(_sbom(purls[0]))]
    said = await shell.run(osv.step(both, database))
    assert said.ok, said.stderr
    answers, _ = osv.parse(said.stdout, both, database)
    return answers


def _sbom(*purls: str) -> dict[str, Any]:
    return {"components": [{"type": "library", "name": "it", "purl": purl} for purl in purls]}


async def test_what_is_known_is_found_by_the_name_of_its_advisory(
    shell: Shell, database: str
) -> None:
    whole, first = await ask(shell, database, *PURLS)
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


async def test_what_is_mended_is_not_found(shell: Shell, database: str) -> None:
    mended = (
        PURLS[0].replace("dfsg-2", "dfsg-4"),
        "pkg:golang/stdlib@1.26.8",
        "pkg:npm/%40babel/traverse@7.23.2",
        "pkg:pypi/Urllib3@2.10.0",
    )
    whole, _ = await ask(shell, database, *mended)
    assert whole.findings == ()
    assert len(whole.seen) == len(mended)


async def test_advisories_that_are_missing_or_empty_are_an_error(
    shell: Shell, database: str, tmp_path: Path
) -> None:
    with pytest.raises(
        ToolError,
        match=r"no advisories about Hex: (there is no file \S*/osv|http\S+)/Hex/all\.zip",
    ):
        await ask(shell, database, *PURLS, "pkg:hex/phoenix@1.0.0")
    (tmp_path / "osv/PyPI/all.zip").write_bytes(b"")
    # Later than what was asked for before, by a server's clock of seconds.
    os.utime(tmp_path / "osv/PyPI/all.zip", (2e9, 2e9))
    with pytest.raises(ToolError, match=r"about PyPI: \S*all\.zip is no (whole )?zip"):
        await ask(shell, database, *PURLS)


async def test_a_machine_without_it_is_told(
    adapter: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    if adapter != "host":
        pytest.skip("an engine brings its own")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    with pytest.raises(ToolError, match="no osv-scanner on PATH"):
        await ask(shell, "file:///nowhere", *PURLS)
