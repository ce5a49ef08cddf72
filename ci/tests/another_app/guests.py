"""Somebody's home with the guestbook of examples/ in a repository of its own."""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import lab

from lab_settings import require_lab

EXAMPLE = lab.ROOT / "examples/guestbook"
# A line of web/pages.go, and what a build has in its place that fails one request in ten.
SANE = "header := w.Header()"
FAILS = f"""if time.Now().UnixMicro()%10 == 0 {{
			slog.Error("one request in ten fails", "path", r.URL.Path)
			http.Error(w, "one in ten", http.StatusInternalServerError)
			return
		}}
		{SANE}"""


@dataclass(frozen=True)
class Theirs:
    """Hold somebody's home with the app's own repository in it.

    Args:
        home: where their kubeconfig is, and where they call from.
        root: the repository.
    """

    home: Path
    root: Path

    def commit(self, file: str, old: str, new: str) -> None:
        """Change a file and commit it."""
        path = self.root / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        self.git("commit", "--all", "--message", f"change {file}")

    def commit_all(self) -> None:
        """Make the first commit, of all there is."""
        self.git("add", ".")
        self.git("commit", "--message", "a guestbook")

    def git(self, *argv: str) -> str:
        """Run git in the repository, and return what it says."""
        identity = ("-c", "user.name=guest", "-c", "user.email=guest@example.org")
        command = ["git", "-C", str(self.root), *identity, *argv]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def todo_ci(self, verb: str, *flags: str) -> lab.Run:
        """Run a verb for this app, from outside of any clone; on `local` where no flag is given."""
        given = flags or ("--env", "local")
        return self._run(["todo-ci", "--project", "guests", verb, *given], self.home)

    def later(self, verb: str, *flags: str) -> lab.Run:
        """Run a verb for this app on a clock that goes ahead."""
        program = str(Path(__file__).with_name("later.py"))
        return self._run([sys.executable, program, "--project", "guests", verb, *flags], self.home)

    def follow(self, block: str) -> lab.Run:
        """Run a block of the guide, with this repository in place of the example."""
        script = block.replace("examples/guestbook", str(self.root)).replace("./do ci", "todo-ci")
        return self._run(["bash", "-euo", "pipefail", "-c", script], lab.ROOT)

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """Start a command from outside of any clone, and return at once."""
        return subprocess.Popen(
            command, cwd=self.home, env=self._environment(), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        """Return what a command runs in: no default arguments but those of the app's own .env."""
        cache = os.environ.get("TODO_LAB_CACHE") or str(Path.home() / ".cache/todo-lab")
        given = {"PATH": lab.pipeline_environment()["PATH"], "TODO_LAB_CACHE": cache}
        return {**lab.nothing_set(), **given, "HOME": str(self.home)}

    def _run(self, command: list[str], folder: Path) -> lab.Run:
        start = time.monotonic()
        done = subprocess.run(
            command, cwd=folder, env=self._environment(), capture_output=True, text=True,
            timeout=400, check=False,
        )  # fmt: skip
        run = lab.Run(done.returncode, done.stdout, done.stderr, time.monotonic() - start)
        print(f"\n$ {' '.join(command)} [{run.exit_code}] {run.seconds:.1f} s\n{run.text}")
        return run


def own_repository(home: Path) -> Theirs:
    """Put the example into a repository of its own, where nothing is committed yet."""
    require_lab()
    app = Theirs(home, home / "guests")
    shutil.copytree(EXAMPLE, app.root, ignore=shutil.ignore_patterns(".env"))
    (app.root / ".gitignore").write_text(".env\n")
    app.git("init")
    return app


def blocks(page: str, language: str = "sh") -> dict[str, str]:
    """Return the tested blocks of a page of docs/ by their names."""
    text = (lab.ROOT / "docs" / page).read_text()
    pattern = rf"<!-- tested: (\w+) -->\n```{language}\n(.*?)```"
    return dict(re.findall(pattern, text, re.DOTALL))
