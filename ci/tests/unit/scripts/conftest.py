"""What the tests of programs that call kubectl share."""

from pathlib import Path

import pytest
from fake_kubectl import CANARY, KUBECTL


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    """A kubectl that remembers."""
    (tmp_path / "kubectl").write_text(KUBECTL)
    (tmp_path / "kubectl").chmod(0o755)
    (tmp_path / "value").write_text(f"{CANARY}\n")
    return tmp_path
