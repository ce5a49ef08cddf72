"""One subprocess: both streams kept, ended with its whole group, gone when this process is."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio.abc import ByteReceiveStream, Process

TIMED_OUT = 124
NOT_FOUND = 127
_GRACE = 20.0
_LEFT_OPEN = 2.0

# A step sees only these of the client's variables, so that it behaves as in a container, and a
# secret held in one of the others reaches no tool.
_PASSED_ON = (
    "HOME", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "NODE_OPTIONS",
    "XDG_CACHE_HOME", "UV_CACHE_DIR", "npm_config_cache", "GOMODCACHE", "GOCACHE", "GOGC",
    # Where reports of tests go, for whoever keeps them.
    "JUNIT_DIR",
)  # fmt: skip


# What the command of a kubeconfig's user may read: whose account, which profile, how to sign in.
_OF_CLOUDS = (
    "OCI_", "AWS_", "AZURE_", "AAD_", "GOOGLE_", "CLOUDSDK_", "XDG_CONFIG_HOME", "KUBECACHEDIR",
    "KUBELOGIN_",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """Hold what a process left behind; ``timed_out`` goes with exit code 124."""

    exit_code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False


def base_environment(path: str) -> dict[str, str]:
    """Return the variables every child gets, with its PATH."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {"LANG": "C.UTF-8", **passed, "PATH": path}


def sign_in_environment() -> dict[str, str]:
    """Return what a command that signs in to a cluster needs beside what every child gets."""
    return {name: value for name, value in os.environ.items() if name.startswith(_OF_CLOUDS)}


async def run_process(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: bytes = b"",
    timeout: float,
    grace: float = _GRACE,
    heard: Callable[[bytes], None] | None = None,
) -> ProcessResult:
    """Run a command to its end.

    The child leads a process group of its own. After ``timeout`` seconds, or when the caller is
    cancelled, the group gets TERM, then ``grace`` seconds to finish, then KILL. Should this
    process itself be killed, the kernel kills the child: a deploy never goes on unseen.

    Args:
        argv: the command; ``argv[0]`` is looked up in ``env["PATH"]``.
        cwd: directory to run in.
        env: all of the child's variables.
        stdin: bytes for standard input.
        timeout: seconds until the command is ended.
        grace: seconds between TERM and KILL.
        heard: is given the whole lines of each stream as they come.
    """
    start = time.monotonic()
    # `setpriv` rather than a preexec function: nothing of Python runs between fork and exec.
    process = await anyio.open_process(
        ["setpriv", "--pdeathsig", "KILL", "--", *argv], cwd=cwd, env=env, start_new_session=True
    )
    out, err = bytearray(), bytearray()
    timed_out = False
    try:
        with anyio.move_on_after(timeout) as scope:
            await _communicate(process, stdin, out, err, heard)
        timed_out = scope.cancelled_caught
    finally:
        if process.returncode is None:
            with anyio.CancelScope(shield=True):
                await _end(process, grace, out, err)
        _signal_group(process.pid, signal.SIGKILL)
        with anyio.CancelScope(shield=True):
            await process.aclose()
    code = TIMED_OUT if timed_out else _shell_code(process.returncode)
    return ProcessResult(code, bytes(out), bytes(err), time.monotonic() - start, timed_out)


async def _communicate(
    process: Process,
    stdin: bytes,
    out: bytearray,
    err: bytearray,
    heard: Callable[[bytes], None] | None,
) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(_collect, process.stdout, out, heard)
        group.start_soon(_collect, process.stderr, err, heard)
        if process.stdin:
            # A command may end without reading all of its input.
            with suppress(anyio.BrokenResourceError, ConnectionError):
                await process.stdin.send(stdin)
            await process.stdin.aclose()
        await process.wait()
        # A child left behind may hold the streams open; it is ended with the group.
        group.cancel_scope.deadline = anyio.current_time() + _LEFT_OPEN


async def _collect(
    stream: ByteReceiveStream | None,
    into: bytearray,
    heard: Callable[[bytes], None] | None = None,
) -> None:
    if stream is not None:
        told = 0
        async for chunk in stream:
            into += chunk
            end = into.rfind(b"\n", told) + 1
            if heard and end:
                heard(bytes(into[told:end]))
                told = end


async def _end(process: Process, grace: float, out: bytearray, err: bytearray) -> None:
    _signal_group(process.pid, signal.SIGTERM)
    with anyio.move_on_after(grace):
        async with anyio.create_task_group() as group:
            group.start_soon(_collect, process.stdout, out)
            group.start_soon(_collect, process.stderr, err)
            await process.wait()
    _signal_group(process.pid, signal.SIGKILL)
    await process.wait()


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _shell_code(code: int | None) -> int:
    """Return the code a shell would show: 128 and the signal's number for a killed process."""
    assert code is not None, "the process has ended"  # noqa: S101
    return 128 - code if code < 0 else code
