"""Call infra/oke/dapr-init.sh as a person does, with a home of its own."""

import os
import subprocess
import tempfile
from pathlib import Path

from rendering import REPOSITORY

SCRIPT = REPOSITORY / "infra/oke/dapr-init.sh"


def run(
    *arguments: str, kubeconfig: Path | str = "/none", path: str = ""
) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as home:  # helm and kubectl keep caches there
        return subprocess.run(
            [SCRIPT, *arguments],
            env={"PATH": path or os.environ["PATH"], "KUBECONFIG": str(kubeconfig), "HOME": home},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
