"""The command `lab`: names its verbs, and loads the code of only the one that is called."""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence

from todo_lab.errors import LabError

Command = Callable[[argparse.Namespace], int]


def _late(module: str) -> Command:
    def run(args: argparse.Namespace) -> int:
        command: Command = importlib.import_module(f"todo_lab.commands.{module}").run
        return command(args)

    return run


def _build(args: argparse.Namespace) -> int:
    from todo_lab.build import artifacts, base_images_arm64
    from todo_lab.host import debian_packages
    from todo_lab.progress import Progress

    progress = Progress()
    debian_packages.ensure(progress)
    made = artifacts.ensure(progress, foreign=args.platform == base_images_arm64.PLATFORM)
    for group in (made.binaries, made.system_images, made.base_images):
        for name, path in group.items():
            print(f"{name}\t{path}")
    return 0


def _tools(args: argparse.Namespace) -> int:
    from todo_lab.build import go_programs, kafka
    from todo_lab.progress import Progress

    progress = Progress()
    if args.name == "kafka":
        print(kafka.ensure(progress))
        return 0
    tools = (*go_programs.LAB_TOOLS, *go_programs.TEST_TOOLS)
    made_by = {name: tool for tool in tools for name in (tool.name, *tool.programs)}
    if args.name not in made_by:
        raise LabError(
            f"there is no tool '{args.name}'; there are: {', '.join(sorted(made_by))}",
            "./do lab tools helm",
        )
    print(go_programs.ensure(made_by[args.name], progress).with_name(args.name))
    return 0


def _packages(args: argparse.Namespace) -> int:
    from todo_lab.host import debian_packages
    from todo_lab.progress import Progress

    debian_packages.ensure(Progress(), args.names or debian_packages.WANTED)
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from todo_lab.host import debian_packages
    from todo_lab.preflight import facts, requirements

    lines = requirements.judge(facts.read())
    for line in lines:
        print(line.text())
    lacking = debian_packages.missing()
    print(f"     packages   {'to be installed: ' + ' '.join(lacking) if lacking else 'all there'}")
    return 0 if all(line.ok for line in lines) else 1


def parser() -> argparse.ArgumentParser:
    """Return the command line of `lab`."""
    root = argparse.ArgumentParser(
        prog="lab",
        description="Kubernetes, Dapr, Kafka and PostgreSQL on one Linux machine.",
    )
    verbs = root.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(name: str, command: Command, help: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=help, description=help)
        sub.set_defaults(command=command)
        return sub

    verb("up", _late("up"), "build what is missing and start what does not run")
    down = verb("down", _late("down"), "stop the lab and remove what it made")
    down.add_argument("--keep-data", action="store_true", help="keep data, events and images")
    status = verb("status", _late("status"), "show what runs")
    status.add_argument("--json", action="store_true", help="for programs")
    logs = verb("logs", _late("logs"), "show what the lab's services wrote")
    logs.add_argument("service", nargs="?", help="one service; all of them when left out")
    logs.add_argument("-n", "--lines", type=int, default=100, help="of each; default %(default)s")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    for name, help in (("stop", "stop one part"), ("start", "start one part again")):
        part = verb(name, _late("services"), f"{help}, and print which process it was")
        part.add_argument("part", choices=("kafka", "postgresql"))
        if name == "stop":
            part.add_argument("--kill", action="store_true", help="at once, as a crash does")
    database = verb("database", _late("database"), "make a further database, print its URL's file")
    database.add_argument("name", help="of database and role")
    build = verb("build", _build, "build everything into the cache and start nothing")
    build.add_argument(
        "--platform",
        choices=("linux/amd64", "linux/arm64"),
        default="linux/amd64",
        help="linux/arm64 adds that platform to the base images; the next `up` serves both",
    )
    tools = verb("tools", _tools, "print the path of a program, building it if needed")
    tools.add_argument("name", nargs="?", default="helm", help="default: %(default)s")
    packages = verb("packages", _packages, "install the Debian packages that are missing")
    packages.add_argument("names", nargs="*", help="only these; default: all the lab needs")
    verb("doctor", _doctor, "say whether this machine can run the lab")
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code; an expected failure is a message, no traceback."""
    args = parser().parse_args(argv)
    try:
        return args.command(args)
    except LabError as error:
        print(error.text(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; the same command goes on where it stopped", file=sys.stderr)
        return 130
