"""Call the double of Oracle's API, and the script with an `oci` that reaches nothing else."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

OKE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Oracle:
    """Call the double, and the script with an `oci` that reaches nothing else.

    Attributes:
        url: the double's address.
        home: holds the configuration of `oci`, and the programs of the test.
        real: the folder of the real `oci`, which takes two seconds to start.
    """

    url: str
    home: Path
    real: str

    def control(self, verb: str, body: Any = None) -> Any:
        return self._post(f"control/{verb}", body)

    def review(self, asked: Any) -> Any:
        """Ask who a token is of, as a cluster does."""
        return self._post("authenticate", asked)

    def _post(self, path: str, body: Any) -> Any:
        request = Request(f"{self.url}/{path}", json.dumps(body).encode(), method="POST")
        with urlopen(request) as answer:
            return json.load(answer)

    def fail(self, method: str, path: str, times: int, *answer: Any) -> None:
        self.control("set", {"faults": [[method, path, times, *answer]]})

    def there(self) -> dict[str, list[dict[str, Any]]]:
        return self.control("state")["resources"]

    def changes(self) -> list[str]:
        """Return every call that was meant to change something, as method and path."""
        return self.control("state")["calls"]

    def environment(self, programs: str | None = None) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": f"{programs or self.home / 'programs'}:/usr/bin:/bin",
            "OCI_CLI_CONFIG_FILE": str(self.home / "config"),
            "OCI_CLI_ENDPOINT": self.url,
        }

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [OKE / "cluster-setup.sh", "--pause", "0", *arguments],
            env=options.pop("env", self.environment()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )

    def run(self, *arguments: str, **options: Any) -> "Run":
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=200)
        return Run(process.returncode, out, err)

    def killed_at(self, changes: int, start: Callable[[], "subprocess.Popen[str]"]) -> "Run":
        """Run a script until Oracle has carried out a number of changes, and kill it there."""
        self.control("set", {"hold": changes - 1})
        process = start()
        while not self.control("held", 0.5):
            assert process.poll() is None, process.communicate()
        os.killpg(process.pid, signal.SIGKILL)
        self.control("release")
        return Run(process.wait(), *process.communicate())

    def oci(self, *arguments: str) -> "Run":
        done = subprocess.run(
            ["oci", *arguments], env=self.environment(), capture_output=True, text=True, check=False
        )
        return Run(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class Run:
    """Hold how a command ended."""

    code: int
    out: str
    err: str
