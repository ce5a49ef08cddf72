"""The helpers of these stories, and those of the cluster's own tests."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
# Behind all else, so that names of here win.
sys.path += [str(HERE), str(HERE.parent / "cluster")]
