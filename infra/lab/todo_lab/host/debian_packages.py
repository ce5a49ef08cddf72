"""Install the Debian packages the lab needs, and keep the services they bring from ever starting.

A package counts as there when the file it is wanted for is there, whoever put it: containerd from
another vendor serves as well, and is never replaced.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from todo_lab import files, paths
from todo_lab.errors import LabError
from todo_lab.progress import Progress

POSTGRES = "/usr/lib/postgresql/*/bin/initdb"
# Package: what the lab wants of it, a command or a path (with * for a version).
WANTED: Mapping[str, str] = {
    "apache2-utils": "htpasswd",
    "buildah": "buildah",
    "ca-certificates": "/etc/ssl/certs/ca-certificates.crt",
    "containerd": "containerd",
    "containernetworking-plugins": "/usr/lib/cni/bridge",
    "debian-archive-keyring": "/usr/share/keyrings/debian-archive-keyring.gpg",
    "default-jre-headless": "java",
    "docker-registry": "docker-registry",
    "iproute2": "ip",
    "iptables": "iptables",
    "kmod": "modprobe",
    "maven": "mvn",
    "mmdebstrap": "mmdebstrap",
    "openssl": "openssl",
    "postgresql": POSTGRES,
    "runc": "runc",
    "skopeo": "skopeo",
}
# Not the lab's own needs: tests and pictures ask for them by name.
ON_REQUEST: Mapping[str, str] = {
    "chromium": "chromium",
    "faketime": "faketime",
    "libnss3-tools": "certutil",
    "pgbouncer": "pgbouncer",
}
KNOWN: Mapping[str, str] = {**WANTED, **ON_REQUEST}
# Units that an installation enables; a machine with systemd would start them at its next boot.
_UNITS = (
    "containerd.service",
    "docker-registry.service",
    "pgbouncer.service",
    "postgresql.service",
)

POLICY = Path("/usr/sbin/policy-rc.d")
_HOLD = "#!/bin/sh\n# todo-lab: starts no service while packages are installed\nexit 101\n"
_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/todo-lab.conf")
_SEARCH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def is_there(wanted: str) -> bool:
    """Tell whether a command is installed or a path exists."""
    if wanted.startswith("/"):
        return any(Path("/").glob(wanted[1:]))
    return shutil.which(wanted, path=_SEARCH) is not None


def missing(there: Callable[[str], bool] = is_there, among: Collection[str] = WANTED) -> list[str]:
    """Return the packages the machine lacks, in order of name."""
    return sorted(package for package in among if not there(KNOWN[package]))


def apt_argv(packages: Sequence[str]) -> list[str]:
    """Return the apt command that installs `packages` and nothing that is not needed.

    It upgrades and removes nothing: the machine has other users than the lab.
    """
    argv = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"]
    return [*argv, "--no-upgrade", "--no-remove", "-o", "DPkg::Lock::Timeout=300", *packages]


def installed() -> list[str]:
    """Return the packages that the lab has installed on this machine; they stay."""
    try:
        return paths.INSTALLED.read_text().split()
    except OSError:
        return []


def ensure(progress: Progress, among: Collection[str] = WANTED) -> None:
    """Install the packages the machine lacks; nothing to do is the usual case.

    Args:
        progress: shows that something is installed.
        among: packages to look at, of those the lab knows; all of them by default.

    Raises:
        LabError: an unknown package, not root, or apt cannot install them.
    """
    if unknown := sorted(set(among) - set(KNOWN)):
        raise LabError(f"the lab needs no package {unknown[0]!r}", f"one of: {' '.join(KNOWN)}")
    lacking = missing(among=among)
    if not lacking:
        return
    if os.geteuid() != 0:
        raise LabError(
            f"Debian packages are missing: {' '.join(lacking)}",
            f"sudo apt-get install --no-install-recommends {' '.join(lacking)}",
        )
    with progress.step("Debian packages"):
        progress.say(f"installing {' '.join(lacking)}")
        fresh_units = [unit for unit in _UNITS if unit.removesuffix(".service") in lacking]
        with services_held(), no_postgres_cluster():
            _apt(["apt-get", "update", "--quiet", "-o", "DPkg::Lock::Timeout=300"])
            _apt(apt_argv(lacking))
        if fresh_units and shutil.which("systemctl"):
            subprocess.run(["systemctl", "--quiet", "disable", *fresh_units], capture_output=True)
        files.write(paths.INSTALLED, "\n".join(sorted({*installed(), *lacking})) + "\n")
    still = missing(among=among)
    if still:
        raise LabError(
            f"apt installed {' '.join(still)}, but {KNOWN[still[0]]} is not there",
            f"apt-get install --reinstall {' '.join(still)}",
        )


@contextmanager
def services_held(policy: Path = POLICY) -> Generator[None, None, None]:
    """Make Debian's maintainer scripts start no service while the block runs.

    The machine's own policy is set aside and put back. After an interrupted run ours is still
    there, and the machine's own, if it had one, still aside: the next run puts that right.
    """
    aside = policy.with_name(policy.name + ".before-todo-lab")
    if os.path.lexists(policy) and not (policy.is_file() and policy.read_text() == _HOLD):
        policy.rename(aside)
    try:
        files.write(policy, _HOLD, 0o755)
        yield
    finally:
        policy.unlink(missing_ok=True)
        if os.path.lexists(aside):
            aside.rename(policy)


@contextmanager
def no_postgres_cluster(setting: Path = _NO_CLUSTER) -> Generator[None, None, None]:
    """Keep the package `postgresql` from making a database cluster of its own meanwhile."""
    files.write(setting, "create_main_cluster = false\n")
    try:
        yield
    finally:
        setting.unlink(missing_ok=True)
        for folder in setting.parents[:2]:
            with suppress(OSError):  # not empty: it is not ours
                folder.rmdir()


def _apt(argv: Sequence[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(argv, env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        raise LabError("cannot find 'apt-get'", "use Debian 12 or 13") from None
    if done.returncode:
        raise LabError(f"{argv[0]} {argv[1]} failed: {reason(done.stderr)}", "apt-get update")


def reason(stderr: str) -> str:
    """Return apt's first error as one line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("E: ") for line in lines if line.startswith("E: ")]
    return (errors or lines or ["it gave no reason"])[0]
