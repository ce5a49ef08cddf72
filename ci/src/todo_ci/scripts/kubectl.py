"""Call kubectl from inside a step: standard library only, sent beside the programs that use it."""

import subprocess

# What the kubelet says in their place where the runtime has dropped the lines.
_GONE = "unable to retrieve container logs for "


class KubectlError(Exception):
    """Carry what kubectl said, or that it gave no answer."""


def kubectl(*arguments: str, stdin: str = "", timeout: "float | None" = None) -> str:
    """Return what kubectl prints.

    Raises:
        KubectlError: when it fails.
    """
    done = _run(arguments, stdin, timeout)
    if done.returncode:
        raise KubectlError(done.stderr.decode(errors="replace").strip())
    return done.stdout.decode(errors="replace")


class Kubectl:
    """Read one namespace; what cannot be read is empty, with the reason beside it."""

    def __init__(self, namespace: str, *, request_timeout: int = 10, timeout: float = 15) -> None:
        """Bind to one namespace."""
        self.namespace = namespace
        self._base = ("--namespace", namespace, f"--request-timeout={request_timeout}s")
        self._timeout = timeout

    def run(self, *arguments: str) -> "tuple[str, str]":
        """Return what kubectl prints, also where it fails later, and why it failed."""
        try:
            done = _run((*self._base, *arguments), "", self._timeout)
        except KubectlError as error:
            return "", str(error)
        said = done.stderr.decode(errors="replace").strip()
        return done.stdout.decode(errors="replace"), said if done.returncode else ""

    def logs(self, pod: str, container: str, lines: int, *which: str) -> str:
        """Return the last lines of a container, or of the one before it; empty without any."""
        said, _ = self.run("logs", pod, "--container", container, f"--tail={lines}", *which)
        return "" if said.startswith(_GONE) else said

    def read(self, *arguments: str) -> "str | None":
        """Return what kubectl prints, or None when it fails."""
        try:
            return kubectl(*self._base, *arguments, timeout=self._timeout)
        except KubectlError:
            return None


def _run(
    arguments: "tuple[str, ...]", stdin: str, timeout: "float | None"
) -> "subprocess.CompletedProcess[bytes]":
    command = ["kubectl", *arguments]
    try:
        return subprocess.run(
            command, input=stdin.encode(), capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise KubectlError(f"no answer within {timeout or 0:.0f} s") from None
