"""A person sees each step, its time and the time it took before."""

import io
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from todo_lab.progress import Progress, read_times, spell


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    return Clock()


def progress(times: Path, clock: Clock) -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    return Progress(times, out, clock, heartbeat=0), out


def test_a_step_shows_its_time_and_the_next_run_shows_it_again(tmp_path: Path, clock: Clock):
    times = tmp_path / "cache" / "times.json"
    first, out = progress(times, clock)
    with first.step("etcd"):
        clock.now += 65
    assert out.getvalue().splitlines() == [
        "    0.0 s  etcd ...",
        "   65.0 s  etcd: done in 1 min 05 s",
    ]
    second, out = progress(times, clock)
    with second.step("etcd"):
        pass
    assert out.getvalue().splitlines()[0].endswith("etcd ... (last time 1 min 05 s)")


def test_a_failed_step_says_so_and_its_time_is_not_remembered(tmp_path: Path, clock: Clock):
    times = tmp_path / "times.json"
    shown, out = progress(times, clock)

    def fail() -> None:
        with shown.step("etcd"):
            clock.now += 2
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert "etcd: failed after 2.0 s" in out.getvalue()
    assert read_times(times) == {}


@pytest.mark.parametrize("damage", ["", "[1]", '{"etcd": "soon"}', '{"etcd": null}', "{"])
def test_a_damaged_memory_is_no_memory(tmp_path: Path, clock: Clock, damage: str):
    times = tmp_path / "times.json"
    times.write_text(damage)
    shown, out = progress(times, clock)
    with shown.step("etcd"):
        clock.now += 1
    assert "last time" not in out.getvalue()
    assert json.loads(times.read_text()) == {"etcd": 1.0}


def test_steps_in_several_threads_are_all_remembered(tmp_path: Path, clock: Clock):
    shown, out = progress(tmp_path / "times.json", clock)

    def work(name: str) -> None:
        with shown.step(name):
            pass

    threads = [threading.Thread(target=work, args=(f"step {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(read_times(tmp_path / "times.json")) == {f"step {n}" for n in range(8)}
    assert len(out.getvalue().splitlines()) == 16


def test_a_long_step_says_that_it_still_runs(tmp_path: Path):
    out = io.StringIO()
    shown = Progress(tmp_path / "times.json", out, heartbeat=0.01)
    with shown.step("kube"):
        deadline = time.monotonic() + 10
        while out.getvalue().count("kube:") == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert out.getvalue().splitlines()[1].count("kube: ")
    assert "done" not in out.getvalue().splitlines()[1]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s")],
)
def test_durations_are_spelled_for_people(seconds: float, text: str):
    assert spell(seconds) == text
