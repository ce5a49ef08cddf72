"""Steps as containers: a toolbox, the inputs laid into it, secrets mounted, one exec."""

import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import anyio
import dagger

from todo_ci.adapters.engine import kubeconfig
from todo_ci.adapters.engine.toolboxes import WORK
from todo_ci.core.kubeconfig import NAME as KUBECONFIG
from todo_ci.core.ports import Result, Step
from todo_ci.core.secret_names import masker_of
from todo_ci.core.steps import gather
from todo_ci.errors import InputError, ToolError

TIMED_OUT = 124
NOT_FOUND = 127
_SECRETS = "/run/secrets"
_GRACE = 20
_ACCEPTED = "env:NAME, file:PATH, op://… or vault://…"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Hold the secrets of a call: as handles to mount, and how to mask their values."""

    given: Mapping[str, dagger.Secret] = field(default_factory=dict[str, dagger.Secret])
    mask: Callable[[str], str] = str

    @classmethod
    async def read(
        cls,
        given: Mapping[str, dagger.Secret | None],
        optional: frozenset[str] = frozenset(),
    ) -> "Secrets":
        """Take those that are there.

        Args:
            given: secret name to secret.
            optional: names of those that count as not given where their value is empty.

        Raises:
            InputError: for a secret that cannot be read, or for an empty one of the others.
        """
        there = {name: secret for name, secret in given.items() if secret is not None}
        calls = {name: partial(_value, name, there[name], name in optional) for name in there}
        values = await gather(calls)
        return cls(
            {name: secret for name, secret in there.items() if values[name]},
            masker_of({name: value for name, value in values.items() if value}),
        )

    def get(self, name: str) -> dagger.Secret:
        """Return a secret.

        Raises:
            InputError: when it was not given.
        """
        try:
            return self.given[name]
        except KeyError:
            raise InputError(
                f"no {name} was given",
                accepted=_ACCEPTED,
                next_step=f"add --{name} file:PATH",
            ) from None


async def _value(name: str, secret: dagger.Secret, optional: bool) -> str:
    try:
        value = await secret.plaintext()
    except dagger.QueryError as error:
        raise InputError(
            f"--{name} cannot be read: {error}",
            accepted=_ACCEPTED,
            next_step=f"check what --{name} refers to",
        ) from None
    if value.strip():
        return value
    if optional:
        return ""
    raise InputError(f"--{name} is empty", next_step="write the value into what it refers to")


@dataclass(frozen=True, slots=True)
class _Ended:
    code: int
    stdout: str
    stderr: str
    after: dagger.Container | None = None


class DaggerShell:
    """Run steps in containers.

    Args:
        toolboxes: the container of each tool.
        inputs: input name to what is laid into the work directory under it.
        secrets: the secrets of this call.
        api: what the kubeconfig names as ``kubeconfig.HOST``, where it does.
        grace: seconds a step that must end has between TERM and KILL.
    """

    def __init__(
        self,
        toolboxes: Mapping[str, dagger.Container],
        inputs: Mapping[str, dagger.Directory | dagger.File],
        secrets: Secrets,
        *,
        api: dagger.Service | None = None,
        grace: int = _GRACE,
    ) -> None:
        self._toolboxes = toolboxes
        self._inputs = inputs
        self._secrets = secrets
        self._api = api
        self._grace = grace

    async def run(self, step: Step) -> Result:
        """Run one step to its end; a failing command is a Result, not an exception.

        Raises:
            InputError: when a secret of the step was not given.
            ToolError: when the command or an input of the step is not there, or the toolbox cannot
                be made.
        """
        container = self._prepare(step)
        await self._make(step.tool)
        argv = ["timeout", f"--kill-after={self._grace}", f"{step.timeout}", *step.argv]
        start = time.monotonic()
        # An exec that was allowed to fail is kept in the layer cache like any other: a failure
        # would be replayed for as long as the inputs stay. So only what carries a nonce may fail;
        # of everything else the engine keeps successes alone.
        run = _always if step.network else _unless_failed
        ended = await run(container, argv, step.stdin)
        seconds = time.monotonic() - start
        if ended.code == NOT_FOUND and "timeout: failed to run command" in ended.stderr:
            raise ToolError(
                f"cannot find {step.argv[0]!r}, a tool of the {step.tool} toolbox",
                next_step=f"add what brings {step.argv[0]} to the toolbox in release.toml: its "
                "lock file, debian or programs; then the same command again",
            )
        # Whoever ignores TERM is killed, and `timeout` with it: no 124 then.
        timed_out = ended.code == TIMED_OUT or (ended.code == 137 and seconds >= step.timeout)
        return Result(
            exit_code=TIMED_OUT if timed_out else ended.code,
            stdout=self._secrets.mask(ended.stdout),
            stderr=self._secrets.mask(ended.stderr),
            seconds=seconds,
            files=await _outputs(ended.after, step.outputs),
            timed_out=timed_out,
        )

    def _prepare(self, step: Step) -> dagger.Container:
        container = self._toolboxes[step.tool]
        for name in step.inputs:
            container = _lay(container, f"{WORK}/{name}", self._input(step, name))
        for name, text in step.files.items():
            container = container.with_new_file(f"{WORK}/{name}", text)
        container = container.with_workdir(f"{WORK}/{step.workdir}")
        for name, value in step.env.items():
            container = container.with_env_variable(name, value)
        for use in step.secrets:
            secret = self._secrets.get(use.name)
            if use.name == KUBECONFIG and self._api is not None:
                container = container.with_service_binding(kubeconfig.HOST, self._api)
            if not use.as_file:
                container = container.with_secret_variable(use.env, secret)
                continue
            path = f"{_SECRETS}/{use.name}"
            container = container.with_mounted_secret(path, secret, owner="0:0", mode=0o400)
            container = container.with_env_variable(use.env, path)
        if step.network:
            container = container.with_env_variable("TODO_CI_CALL", uuid.uuid4().hex)
        return container

    def _input(self, step: Step, name: str) -> dagger.Directory | dagger.File:
        try:
            return self._inputs[name]
        except KeyError:
            raise ToolError(
                f"{step.argv[0]} needs {name}, which the module was not given",
                next_step="call the module from a whole clone",
            ) from None

    async def _make(self, tool: str) -> None:
        try:
            await self._toolboxes[tool].sync()
        except dagger.QueryError as error:
            raise ToolError(
                f"cannot make the {tool} toolbox: {said_by(error)}",
                next_step="check that its image's registry and the package index can be reached; "
                "--own-images names an image that a mirror has of its own",
            ) from error


def said_by(error: dagger.QueryError) -> str:
    """Return what an engine's error says, with the last lines of the command behind it."""
    if isinstance(error, dagger.ExecError):
        said = "\n".join(filter(None, (error.stdout.rstrip(), error.stderr.rstrip())))
        return "\n".join(said.splitlines()[-40:]) or str(error)
    return str(error)


async def _always(container: dagger.Container, argv: list[str], stdin: str) -> _Ended:
    after = await container.with_exec(argv, stdin=stdin, expect=dagger.ReturnType.ANY).sync()
    return await _read(after)


async def _unless_failed(container: dagger.Container, argv: list[str], stdin: str) -> _Ended:
    try:
        return await _read(await container.with_exec(argv, stdin=stdin).sync())
    except dagger.ExecError as error:
        return _Ended(error.exit_code, error.stdout, error.stderr)


async def _read(after: dagger.Container) -> _Ended:
    calls: dict[str, Callable[[], Awaitable[str | int]]] = {
        "code": after.exit_code,
        "stdout": after.stdout,
        "stderr": after.stderr,
    }
    read = await gather(calls)
    return _Ended(int(read["code"]), str(read["stdout"]), str(read["stderr"]), after)


async def _outputs(after: dagger.Container | None, names: tuple[str, ...]) -> dict[str, bytes]:
    if after is None:
        return {}
    found = await gather({name: partial(_output, after, name) for name in names})
    return {name: data for name, data in found.items() if data is not None}


async def _output(after: dagger.Container, name: str) -> bytes | None:
    path = f"{WORK}/{name}"
    if not await after.exists(path, expected_type=dagger.ExistsType.REGULAR_TYPE):
        return None
    # The API hands out text alone; a package is not text, so it goes through a file.
    async with anyio.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        await after.file(path).export(str(copy))
        return await anyio.Path(copy).read_bytes()


def _lay(
    container: dagger.Container, path: str, what: dagger.Directory | dagger.File
) -> dagger.Container:
    if isinstance(what, dagger.File):
        return container.with_file(path, what)
    return container.with_directory(path, what)
