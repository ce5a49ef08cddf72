"""Only mounts at or below the lab's folders are undone, the newest first."""

from pathlib import Path

from todo_lab.host import mounts

MOUNTINFO = """\
1 0 8:1 / / rw,relatime - ext4 /dev/vda rw
2 1 0:5 / /var/lib/todo-lab/kubelet/pods/x/volumes/a\\040b rw - tmpfs tmpfs rw
3 1 0:6 / /run/todo-lab/containerd/rootfs rw shared:7 master:1 - overlay overlay rw
4 1 0:7 / /var/lib/todo-lab-of-somebody-else rw - tmpfs tmpfs rw
5 1 0:8 / /var/lib/docker/overlay rw - overlay overlay rw
6 1 0:9 / /run/todo-lab/containerd/rootfs/proc rw - proc proc rw
"""


def test_own_mounts_come_newest_first_and_without_those_of_others():
    assert mounts.own(mounts.parse(MOUNTINFO)) == [
        Path("/run/todo-lab/containerd/rootfs/proc"),
        Path("/run/todo-lab/containerd/rootfs"),
        Path("/var/lib/todo-lab/kubelet/pods/x/volumes/a b"),
    ]


def test_the_kind_is_read_behind_optional_fields():
    kinds = [mount.kind for mount in mounts.parse(MOUNTINFO)]
    assert kinds == ["ext4", "tmpfs", "overlay", "tmpfs", "overlay", "proc"]
