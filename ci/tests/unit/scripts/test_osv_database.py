"""Advisories come whole or not at all, and are dated by themselves."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from advisories import pack
from http_servers import serving_folder
from todo_ci.scripts import osv_database

CRATES = "crates.io"
OLD, NEW = "2026-01-01T00:00:00Z", "2026-05-01T00:00:00.25Z"


def dated(modified: str) -> Any:
    return {"id": "X-1", "modified": modified}


@pytest.fixture
def server(tmp_path: Path) -> Generator[tuple[str, Path, list[int]]]:
    """Serve a folder; what was answered is kept."""
    served = tmp_path / "served"
    served.mkdir()
    with serving_folder(served) as (address, answered):
        yield address, served, answered


def test_the_newest_of_them_dates_them_and_what_cannot_be_read_is_counted(tmp_path: Path) -> None:
    path = pack(
        tmp_path, dated(OLD), dated(NEW), "no JSON", "[]", {"id": "no date"}, ecosystem=CRATES
    )
    assert osv_database.describe(path) == {"advisories": 2, "unreadable": 3, "newest": NEW}


def test_what_is_yet_to_come_makes_them_no_newer(tmp_path: Path) -> None:
    path = pack(tmp_path, dated(OLD), dated("2999-01-01T00:00:00Z"), ecosystem=CRATES)
    assert osv_database.describe(path)["newest"] == OLD


def test_an_empty_zip_has_none_and_anything_else_is_no_zip(tmp_path: Path) -> None:
    assert osv_database.describe(pack(tmp_path, ecosystem=CRATES))["advisories"] == 0
    (tmp_path / "all.zip").write_text("<html>")
    with pytest.raises(OSError, match="is no zip"):
        osv_database.describe(tmp_path / "all.zip")


def test_a_folder_is_read_where_it_is(tmp_path: Path) -> None:
    path = pack(tmp_path / "a b", dated(OLD), ecosystem=CRATES)
    address = f"file://{tmp_path}/a%20b"
    assert osv_database.bring(address, CRATES, tmp_path / "kept") == path
    assert not (tmp_path / "kept").exists()
    with pytest.raises(OSError, match=r"there is no file .*Hex/all\.zip"):
        osv_database.bring(address, "Hex", tmp_path / "kept")


def test_a_server_sends_what_it_has_and_not_again_what_stayed(
    tmp_path: Path, server: tuple[str, Path, list[int]]
) -> None:
    address, served, answered = server
    path = pack(served, dated(OLD), ecosystem=CRATES)
    first = osv_database.bring(address, CRATES, tmp_path / "kept")
    assert first.read_bytes() == path.read_bytes()
    again = osv_database.bring(address, CRATES, tmp_path / "kept")
    assert (again, answered) == (first, [200, 304])
    (first.parent / "all.zip").unlink()
    osv_database.bring(address, CRATES, tmp_path / "kept")
    assert answered[-1] == 200


def test_one_that_does_not_come_whole_leaves_the_former_and_fails(
    tmp_path: Path, server: tuple[str, Path, list[int]]
) -> None:
    address, served, _ = server
    path = pack(served, dated(OLD), ecosystem=CRATES)
    kept = osv_database.bring(address, CRATES, tmp_path / "kept")
    former = kept.read_bytes()
    path.write_bytes(former[: len(former) // 2])
    os.utime(path, (2e9, 2e9))
    with pytest.raises(OSError, match="is no whole zip"):
        osv_database.bring(address, CRATES, tmp_path / "kept")
    assert [*kept.parent.iterdir()] == [kept]
    assert kept.read_bytes() == former


def test_what_one_server_sent_is_not_taken_for_what_another_has(
    tmp_path: Path, server: tuple[str, Path, list[int]]
) -> None:
    address, served, _ = server
    pack(served, dated(NEW), ecosystem=CRATES)
    osv_database.bring(address, CRATES, tmp_path / "kept")
    older = pack(tmp_path / "mirror", dated(OLD), ecosystem=CRATES)
    os.utime(older, (1e9, 1e9))
    with serving_folder(tmp_path / "mirror") as (mirror, _):
        brought = osv_database.bring(mirror, CRATES, tmp_path / "kept")
    assert osv_database.describe(brought)["newest"] == OLD


def test_a_server_without_them_or_none_is_named(
    tmp_path: Path, server: tuple[str, Path, list[int]]
) -> None:
    with pytest.raises(OSError, match=r"crates.io/all.zip answers 404"):
        osv_database.bring(server[0], CRATES, tmp_path)
    with pytest.raises(OSError, match=r"http://127.0.0.1:9/GitHub%20Actions/all.zip: .*refused"):
        osv_database.bring("http://127.0.0.1:9", "GitHub Actions", tmp_path)
