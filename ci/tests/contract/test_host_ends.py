"""What only the host must prove: nothing it started or wrote outlives it, however it ends."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from process_state import is_alive
from todo_ci.adapters.host.secrets import SecretStore
from todo_ci.adapters.host.shell import HostShell
from todo_ci.core.ports import SecretUse, Step, Tool

SECRET = "canary-77aa-left-in-a-file"

CLIENT = """
import signal
import sys
from pathlib import Path
import anyio
from todo_ci.adapters.host.secrets import SecretStore
from todo_ci.adapters.host.shell import HostShell
from todo_ci.core.ports import SecretUse, Step, Tool

# A job that a shell put into the background inherits an ignored SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
root, note = Path(sys.argv[1]), sys.argv[2]
script = f'echo "$$ $KEY $PWD" >{note}.part; mv {note}.part {note}; exec sleep 600'
step = Step(Tool.KUBE, ("sh", "-c", script), secrets=(SecretUse("key", "KEY"),))
with SecretStore({"key": sys.argv[3]}) as store:
    anyio.run(HostShell(root, store).run, step)
"""


def until(what: str, true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, f"gave up waiting: {what}"
        time.sleep(0.05)


def test_a_killed_client_takes_its_step_and_its_secret_files_with_it(
    tmp_path: Path, repository: Path
) -> None:
    note = tmp_path / "note"
    client = subprocess.Popen([sys.executable, "-c", CLIENT, str(repository), str(note), SECRET])
    until("the step runs", note.exists)
    pid, path, work = note.read_text().split()
    assert is_alive(int(pid))
    assert Path(path).read_text() == SECRET
    client.kill()
    client.wait()
    until("the step is gone", lambda: not is_alive(int(pid)))
    until("the secret's directory is gone", lambda: not Path(path).parent.exists())
    until("the work directory is gone", lambda: not Path(work).exists())


def test_an_interrupted_client_ends_its_step_and_leaves_no_file(
    tmp_path: Path, repository: Path
) -> None:
    note = tmp_path / "note"
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(repository), str(note), SECRET],
        stderr=subprocess.DEVNULL,
    )
    until("the step runs", note.exists)
    pid, path, work = note.read_text().split()
    client.send_signal(signal.SIGINT)
    client.wait(timeout=30)
    assert not is_alive(int(pid))
    assert not Path(path).parent.exists()
    assert not Path(work).exists()


async def test_a_cancelled_step_is_ended_before_the_cancellation_goes_on(
    tmp_path: Path, repository: Path
) -> None:
    note = tmp_path / "note"
    step = Step(Tool.KUBE, ("sh", "-c", f"echo $$ >{note}.part; mv {note}.part {note}; sleep 600"))
    with SecretStore({}) as store:
        async with anyio.create_task_group() as group:
            group.start_soon(HostShell(repository, store, grace=2).run, step)
            await anyio.to_thread.run_sync(until, "the step runs", note.exists)
            group.cancel_scope.cancel()
    assert not is_alive(int(note.read_text()))


async def test_a_child_left_in_the_background_is_ended(tmp_path: Path, repository: Path) -> None:
    note = tmp_path / "note"
    step = Step(Tool.KUBE, ("sh", "-c", f"sleep 600 & echo $! >{note}"))
    with SecretStore({}) as store:
        result = await HostShell(repository, store).run(step)
    assert result.ok
    until("the background child is gone", lambda: not is_alive(int(note.read_text())))


async def test_the_sources_and_the_temporary_directory_are_left_as_they_were(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before = sorted(repository.rglob("*"))
    step = Step(
        Tool.KUBE, ("sh", "-c", 'echo x >file; mktemp; cat "$KEY"'),
        inputs=("ci",), files={"a/b.txt": "b"}, secrets=(SecretUse("key", "KEY"),),
    )  # fmt: skip
    with SecretStore({"key": SECRET}) as store:
        await HostShell(repository, store).run(step)
    assert sorted(repository.rglob("*")) == before
    assert list(temporary.iterdir()) == []


async def test_a_file_can_not_be_written_into_the_sources(repository: Path) -> None:
    step = Step(Tool.KUBE, ("true",), inputs=("ci",), files={"ci/new.txt": "x"})
    with SecretStore({}) as store, pytest.raises(ValueError, match=r"ci/new\.txt"):
        await HostShell(repository, store).run(step)


def test_the_secret_directory_is_private(tmp_path: Path) -> None:
    with SecretStore({"key": SECRET}) as store:
        path = store.file("key")
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_mode & 0o777 == 0o400
    assert not path.parent.exists()


async def test_a_server_of_another_user_can_reach_the_temporary_directory(repository: Path) -> None:
    walk = 'd=$TMPDIR; while [ "$d" != / ]; do stat -c %a "$d"; d=$(dirname "$d"); done'
    with SecretStore({}) as store:
        result = await HostShell(repository, store).run(Step(Tool.KUBE, ("sh", "-c", walk)))
    modes = [int(mode, 8) for mode in result.stdout.split()]
    assert len(modes) >= 3
    assert all(mode & 0o001 for mode in modes)
