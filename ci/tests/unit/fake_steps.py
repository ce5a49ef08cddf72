"""The names of steps, by which the cluster in memory answers and tests say what ran."""

from collections.abc import Mapping
from pathlib import Path

from todo_ci.project.current import namespace

_PROGRAMS = {
    "collect_logs": "collect",
    "describe_kubeconfig": "preflight",
    "http_probe": "probe",
    "live_objects": "live",
    "load": "load",
    "registry": "registry",
    "release_chart": "chart",
    "review_access": "rights",
    "sidecar_metadata": "sidecars",
    "two_sides": "measure",
}


def step_name(argv: tuple[str, ...]) -> str:
    """Name a step by what it does; unknown ones keep their whole command."""
    if argv[:3] == ("python3", "-m", "scripts.supervise.fence"):
        argv = argv[argv.index("--") + 1 :]
    if argv[:3] == ("python3", "-m", "scripts.supervise.watch"):
        argv = argv[argv.index("--") + 1 :]
        if argv[0] == "helm":
            return "upgrade" if argv[1] == "upgrade" else f"rollback {argv[3]}"
    if argv[:3] == ("kubectl", "--namespace", namespace()):
        argv = ("kubectl", "here", *argv[3:])
    match argv:
        case ("python3", "-m", "scripts.restart", _, _, _, _, *names):
            return " ".join(["restart", *(name.removeprefix("deployment/") for name in names)])
        case ("python3", "-m", "scripts.canary", verb, *_):
            return f"canary {verb}"
        case ("python3", "-m", program, *_):
            return _PROGRAMS[program.rpartition(".")[2]]
        case ("python3", file, *_) if (program := Path(file).stem) in _PROGRAMS:
            return _PROGRAMS[program]
        case ("kubectl", "here", _, "get", _, chosen, "--output=name"):
            # Of a canary, or of a release that was removed.
            return "names" if "managed-by" in chosen else "left"
        case ("kubectl", "here", _, "get", "nodes" | "resourcequotas" as kind, *_):
            return kind
        case ("kubectl", "here", _, "create", "--dry-run=server", *_):
            return "try pod"
        case ("helm", "rollback", _, number, *_):
            return f"heal {number}"
        case ("helm", "get", what, *_):
            return what
        case ("helm", verb, *_):
            return verb
        case ("kubectl", "here", _, "get", "lease", *_):
            return "lease get"
        case ("kubectl", "here", _, "create" | "replace" as verb, *_):
            return f"lease {verb}"
        case ("kubectl", "here", _, "get", "secret", *_):
            return "keys"
        case ("kubectl", "here", _, "logs", *_):
            return "logs"
        case ("kubectl", "here", _, "get", kinds, *_) if ".dapr.io" in kinds:
            return "dapr"
        case ("kubectl", "here", _, "get", "secrets", "--selector=owner=helm", *_):
            return "releases"
        case ("kubectl", "here", _, "get", "secrets", *_):
            return "labels"
        case ("kubectl", "here", _, "get", _, *_):
            return "objects"
        case ("kubectl", "here", _, "label", _, "secret", secret, label):
            return f"label {secret.rpartition('.v')[2]} {label.partition('=')[2]}"
        case ("kubectl", "here", _, "delete", "--filename=-", *_):
            return "delete named"
        case ("kubectl", "here", _, "delete", _, selector, *_) if selector.startswith("--sel"):
            return "delete labelled"
        case ("kubectl", "here", _, "delete", "secret", *names):
            return " ".join(["prune", *(n.rpartition(".v")[2] for n in names if ".v" in n)])
        case _:
            return " ".join(argv)


def lay_out(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of a step where it would find them."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
