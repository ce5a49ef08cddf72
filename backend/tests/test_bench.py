"""The bench refuses a peer it cannot run, and says what a request that failed was answered."""

import asyncio
from pathlib import Path

import pytest

from bench import peer
from bench.clients import answer, told


def test_a_folder_without_the_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(peer.NoPeer, match=f"{tmp_path}: no checkout .*git clone"):
        peer.check(tmp_path)


def checkout(folder: Path, python: str) -> Path:
    (folder / "backend/app").mkdir(parents=True)
    (folder / "backend/app/main.py").write_text("")
    (folder / "backend/pyproject.toml").write_text(f'[project]\nrequires-python = "{python}"\n')
    return folder


def test_a_template_for_another_python_is_refused_by_its_version(tmp_path: Path) -> None:
    with pytest.raises(peer.NoPeer, match=r"wants Python >=99.*check out a"):
        peer.check(checkout(tmp_path, ">=99"))


def test_a_template_for_this_python_is_taken(tmp_path: Path) -> None:
    peer.check(checkout(tmp_path, ">=3.10"))


@pytest.mark.parametrize(("status", "said"), [("200 OK", ""), ("503 Service Unavailable", "away")])
async def test_a_failure_is_quoted_and_a_good_answer_is_not(status: str, said: str) -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(f"HTTP/1.1 {status}\r\nContent-Length: 4\r\n\r\nawayHTTP/1.1".encode())
    assert await answer(reader) == (int(status[:3]), said)


def test_failures_are_counted_and_the_first_is_quoted() -> None:
    assert told([]) == "failed 0"
    assert told(["503 away", "500 broken"]) == "failed 2 (503 away)"
