"""A clone that holds deploy-oke.sh and verify-deployment.sh, and stand-ins for what they call.

The stand-ins for `todo-ci` and `dagger` record their arguments, and refuse what the real verb's
own help does not name.
"""

import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
STATE = "/var/lib/todo-lab"
NAMES = ("deploy-oke.sh", "verify-deployment.sh", "pipeline.sh")
REAL = Path(sys.executable).parent / "todo-ci"
STAND_IN = f"""#!{sys.executable}
import json, os, re, sys
words = sys.argv[1:]
verb, *rest = words[1:] if sys.argv[0].endswith("/dagger") else words
here = os.path.dirname(__file__)
help = open(f"{{here}}/../help/{{verb}}").read()
for flag in (word for word in rest if word.startswith("--")):
    if not re.search(flag + r"\\b(?!-)", help):
        sys.exit(f"{{verb}} has no flag {{flag}}")
with open(here + "/calls", "a") as file:
    print(json.dumps([os.path.basename(sys.argv[0]), *words]), file=file)
sys.exit(verb == os.environ.get("FAILING"))
"""
OKE = """\
# what a person wrote
DEPLOY_URL=https://todo.example.com
DEPLOY_KUBECONFIG=file://kubeconfig
DEPLOY_REGISTRYUSERNAME=octocat
DEPLOY_REGISTRYPASSWORD=env:GITHUB_TOKEN
VERIFY_URL=https://todo.example.com
VERIFY_KUBECONFIG=file://kubeconfig
SECRETS_DATABASEURL=env:DATABASE_URL
SECRETS_BETTERAUTHSECRET=file:signing-key
SECRETS_KAFKABROKERS=broker.example.com:9092
SECRETS_KAFKAUSERNAME=todo
SECRETS_KAFKAPASSWORD=env:KAFKA_PASSWORD
"""
VALUES = {"GITHUB_TOKEN": "s3cr3t-a", "DATABASE_URL": "s3cr3t-b", "KAFKA_PASSWORD": "s3cr3t-c"}
OF_DEPLOY = (
    "url", "kubeconfig", "registry-username", "registry-password", "database-url",
    "better-auth-secret", "kafka-brokers", "kafka-username", "kafka-password",
)  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """What a script said, how it ended, and what it called."""

    code: int
    said: str
    calls: list[list[str]]


@dataclass(frozen=True)
class Clone:
    """A clone of the repository that holds the scripts and stand-ins for what they call."""

    root: Path

    def write(self, name: str, text: str, *, program: bool = False) -> None:
        """Write a file of the clone."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if program:
            path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def run(
        self, script: str, *arguments: str, cwd: str = ".", values: dict[str, str] | None = None,
        failing: str = "",
    ) -> Ended:  # fmt: skip
        """Run a script to its end, with no variable of the caller's but PATH and HOME."""
        given = VALUES if values is None else values
        environment = {
            "PATH": f"{self.root}/dagger-bin:{os.environ['PATH']}",
            "HOME": str(self.root / "home"),
            "FAILING": failing,
            **given,
        }
        done = subprocess.run(
            [self.root / "infra/scripts" / script, *arguments],
            cwd=self.root / cwd, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        calls = list(self.root.glob("*bin/calls"))
        lines = calls[0].read_text().splitlines() if calls else []
        return Ended(done.returncode, done.stdout + done.stderr, [json.loads(it) for it in lines])


def flags(call: list[str]) -> dict[str, str]:
    """Pair the flags of a call with their values."""
    words = call[call.index("--env") :]
    return dict(zip(words[::2], words[1::2], strict=True))
