"""The helpers of these tests, and those of the tests on the cluster, for stories that take both."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
# Behind all else, so that names of here win.
sys.path += [str(HERE), str(HERE.parent / "another_app"), str(HERE.parent / "cluster")]
