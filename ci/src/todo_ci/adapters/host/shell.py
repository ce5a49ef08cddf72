"""Steps as subprocesses: a private work directory, the toolbox first on PATH, secrets masked."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from anyio import to_thread

from todo_ci.adapters.host.process import base_environment, run_process, sign_in_environment
from todo_ci.adapters.host.secrets import PASSABLE, SecretStore
from todo_ci.core import kubeconfig
from todo_ci.core.context import quiet
from todo_ci.core.ports import Result, Step, Tool
from todo_ci.errors import ToolError
from todo_ci.project.current import project
from todo_ci.project.sources import Language

# Of a language whose toolbox can have a lock file; Go has what it needs on the machine's PATH.
_PROGRAMS: Mapping[Language, str] = {
    "python": ".venv/bin",
    "node": "node_modules/.bin",
}


def toolbox(name: str) -> str:
    """Return the folder of a toolbox's programs, below the repository's root; empty for none."""
    if name in (Tool.KUBE, Tool.SIGN, Tool.SBOM, Tool.SCAN):
        return ""
    if component := project().components.get(name):
        top, box = component.context, component.toolbox
    else:
        repository = project().repository if name == Tool.REPOSITORY else None
        top, box = "", repository.toolbox if repository else None
    if box is None or not box.lock:
        return ""
    return str(PurePosixPath(top, box.lock).parent / _PROGRAMS[box.language])


def place(name: str) -> str:
    """Return where a step's input is, below the repository's root; empty for an unknown one."""
    if name in project().folders:
        return name
    if name == "chart":
        return project().release.chart
    if name == "role":
        return project().release.role
    if name == "sigstore":
        return project().sigstore
    component = project().components.get(name)
    return component.context if component else ""


class HostShell:
    """Run steps on this machine.

    Args:
        root: the repository.
        secrets: an open store.
        grace: seconds a step that must end has between TERM and KILL.
        say: is given each line of progress, without secrets.
    """

    def __init__(
        self,
        root: Path,
        secrets: SecretStore,
        *,
        grace: float = 20.0,
        say: Callable[[str], None] = quiet,
    ) -> None:
        self._root = root
        self._secrets = secrets
        self._grace = grace
        self._say = say

    async def run(self, step: Step) -> Result:
        """Run one step to its end; a failing command is a Result, not an exception.

        Raises:
            ToolError: when the command or an input of the step is not on this machine.
        """
        path = self._path(step.tool)
        self._require(step, path)
        work = Path(await to_thread.run_sync(tempfile.mkdtemp, "", "step-", self._secrets.scratch))
        try:
            self._lay_out(step, work)
            env = {**base_environment(path), "TMPDIR": str(work / ".tmp"), **step.env}
            for use in step.secrets:
                value = self._secrets.value(use.name)
                env[use.env] = str(self._secrets.file(use.name)) if use.as_file else value
                if use.name == kubeconfig.NAME and kubeconfig.runs_command(value):
                    env = {**sign_in_environment(), **env}
            ended = await run_process(
                step.argv,
                cwd=work / step.workdir,
                env=env,
                stdin=step.stdin.encode(),
                timeout=step.timeout,
                grace=self._grace,
                heard=self._progress_of(step),
            )
            return Result(
                exit_code=ended.exit_code,
                stdout=self._secrets.mask(ended.stdout.decode(errors="replace")),
                stderr=self._secrets.mask(ended.stderr.decode(errors="replace")),
                seconds=ended.seconds,
                files={
                    name: (work / name).read_bytes()
                    for name in step.outputs
                    if (work / name).is_file()
                },
                timed_out=ended.timed_out,
            )
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _progress_of(self, step: Step) -> Callable[[bytes], None] | None:
        def heard(lines: bytes) -> None:
            for line in lines.decode(errors="replace").splitlines():
                if line.startswith(step.progress):
                    self._say(self._secrets.mask(line))

        return heard if step.progress else None

    def _path(self, tool: str) -> str:
        """Return the PATH of a toolbox: its own folder, this interpreter's, then the machine's."""
        own = [str(self._root / folder)] if (folder := toolbox(tool)) else []
        here = str(Path(sys.executable).parent)
        return os.pathsep.join([*own, here, os.environ.get("PATH", os.defpath)])

    def _lay_out(self, step: Step, work: Path) -> None:
        work.chmod(PASSABLE)
        (work / ".tmp").mkdir(mode=PASSABLE)
        for name in step.inputs:
            (work / name).symlink_to(self._root / place(name))
        for name, text in step.files.items():
            path = work / name
            if Path(name).parts[0] in step.inputs:
                raise ValueError(f"{name} would be written into the source directory")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (work / step.workdir).mkdir(parents=True, exist_ok=True)

    def _require(self, step: Step, path: str) -> None:
        for name in step.inputs:
            if not place(name) or not (self._root / place(name)).exists():
                raise ToolError(
                    f"{step.argv[0]} needs {place(name) or name}, which is not below {self._root}",
                    next_step="run the command inside a whole clone",
                )
        if not (self._root / toolbox(step.tool)).is_dir():
            raise ToolError(
                f"the {step.tool} toolbox is not there: {self._root / toolbox(step.tool)}",
                next_step=f"install there what the lock file of {step.tool} lists; for this "
                "repository ./do test does it",
            )
        if shutil.which(step.argv[0], path=path) is None:
            raise ToolError(
                f"cannot find {step.argv[0]!r}, a tool of the {step.tool} toolbox",
                accepted=f"it must be in one of {path}",
                next_step=f"install {step.argv[0]}; for this repository ./do test sets its "
                "toolboxes up, and ./do lab up the cluster's tools",
            )
