"""Show what the lab's own processes wrote."""

import argparse
import os

from todo_lab import paths
from todo_lab.errors import LabError


def run(args: argparse.Namespace) -> int:
    """Print the last lines of one service, or of all; with --follow go on printing."""
    present = sorted(file.stem for file in paths.LOGS.glob("*.log"))
    if not present:
        raise LabError(f"there are no logs in {paths.LOGS}", "./do lab up")
    if args.service and args.service not in present:
        raise LabError(
            f"no log of {args.service}; there are: {', '.join(present)}",
            f"./do lab logs {present[0]}",
        )
    chosen = [args.service] if args.service else present
    argv = [
        "tail",
        "--lines",
        str(args.lines),
        *(["--follow=name"] if args.follow else []),
        *(str(paths.LOGS / f"{name}.log") for name in chosen),
    ]
    os.execvp(argv[0], argv)  # noqa: S606 - tail takes over, so that Ctrl-C ends it
