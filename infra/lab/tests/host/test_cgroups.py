"""The hierarchies are found on cgroup v1, v2 and on machines with both."""

from pathlib import Path

import pytest

from todo_lab.host import cgroups, mounts

V1 = [
    mounts.Mount(Path("/sys/fs/cgroup"), "tmpfs"),
    mounts.Mount(Path("/sys/fs/cgroup/pids"), "cgroup"),
    mounts.Mount(Path("/sys/fs/cgroup/cpu"), "cgroup"),
]
HYBRID = [*V1, mounts.Mount(Path("/sys/fs/cgroup/unified"), "cgroup2")]
V2 = [mounts.Mount(Path("/sys/fs/cgroup"), "cgroup2")]


@pytest.mark.parametrize(
    ("table", "names", "unified"),
    [
        (V1, ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/pids"], False),
        (HYBRID, ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/unified"], False),
        (V2, ["/sys/fs/cgroup"], True),
    ],
)
def test_hierarchies(table: list[mounts.Mount], names: list[str], unified: bool):
    assert cgroups.roots(table) == [Path(name) for name in names]
    assert cgroups.is_v2(table) is unified


def test_processes_are_told_by_a_hierarchy_that_every_container_is_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    table = [mounts.Mount(tmp_path / name, "cgroup") for name in ("cpu", "pids")]
    monkeypatch.setattr(mounts, "read", lambda: table)
    entrance = cgroups.entrance("etcd")
    assert entrance == tmp_path / "pids" / "todo-lab" / "host" / "etcd" / "cgroup.procs"
    entrance.write_text("12\n7\n")
    (tmp_path / "pids" / "cgroup.procs").write_text("1\n")  # the machine's own
    assert cgroups.members() == [7, 12]
    assert cgroups.members(cgroups.of_service("etcd")) == [7, 12]
    assert cgroups.members(cgroups.PODS) == []


@pytest.mark.parametrize(
    ("kind", "file", "other"),
    [("cgroup", "cpu.shares", "1024"), ("cgroup2", "cpu.weight", "100")],
)
def test_the_lab_weighs_more_than_what_runs_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, file: str, other: str
):
    monkeypatch.setattr(mounts, "read", lambda: [mounts.Mount(tmp_path, kind)])
    for folder in (tmp_path, tmp_path / "todo-lab"):
        folder.mkdir(exist_ok=True)
        (folder / file).write_text(other)
        for name in ("cgroup.controllers", "cgroup.subtree_control"):
            (folder / name).write_text("")
    cgroups.create()
    assert int((tmp_path / "todo-lab" / file).read_text()) == 4 * int(other)
