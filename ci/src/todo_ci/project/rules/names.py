"""Names: of what there is, and each of one thing."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from todo_ci.project.model import Project
from todo_ci.project.rules.saying import refuse, require
from todo_ci.project.sources import Checks, Language

# What a step and a list of images call something else.
RESERVED = ("chart", "role", "sigstore", "kube", "sign", "sbom", "scan", "repository")
# Where a step has the pipeline's own programs, beside the folder of a component.
PROGRAMS = "scripts"
# What the pipeline checks from outside; a check from inside goes by another name.
OWN_CHECKS = ("release", "deployments", "sidecars", "components", "address", "gateway")

# What pip does not read; a list of requirements is called as one likes.
_OF_OTHERS = ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock")
_INSTALLED_FROM: dict[Language, str] = {
    "python": "a list of requirements with hashes, as uv export, poetry export or pip-compile "
    "--generate-hashes write it",
    "node": "the package-lock.json of npm, from which npm ci installs",
}


def require_names(project: Project, file: str) -> None:
    """Refuse a name of nothing, one that is taken, and one that means something else."""
    for folder in project.folders:
        if folder in RESERVED:
            what = f"repository.folders: {folder!r} means something else already"
            refuse(what, f"any folder but {', '.join(RESERVED)}", file)
    for name in project.components:
        if name in (reserved := (*RESERVED, PROGRAMS, *project.folders)):
            what = f"components.{name}: the name means something else already"
            refuse(what, f"any name but {', '.join(reserved)}", file)
    _require_toolboxes(project, file)
    if test := project.helm_test:
        for check in test.checks:
            if check in OWN_CHECKS or test.checks.count(check) > 1:
                what = f"helm-test.checks: {check!r} is there already"
                refuse(what, f"each once, and none of {', '.join(OWN_CHECKS)}", file)
        for table in ("needs", "unless"):
            for check in getattr(test, table):
                require(f"helm-test.{table}.{check}", check, test.checks, file)
    for key, name in project.plugins.components():
        require(f"plugins.{key}", name, project.components, file)
    for key, folder, name in project.plugins.folders():
        context = project.components[name].context
        if not PurePosixPath(folder).is_relative_to(context):
            what = f"plugins.{key}: {folder!r} is not in {context}"
            refuse(what, "a folder of the component's context", file)
    for key in ("values", "image"):
        taken: dict[str, str] = {}
        for name, component in project.components.items():
            value = str(getattr(component, key))
            other = taken.setdefault(value, name)
            if other != name:
                place = f"components.{name}.{key}"
                refuse(f"{place}: {value!r} is that of {other} already", "one of its own", file)


def _require_toolboxes(project: Project, file: str) -> None:
    boxes = {f"components.{name}": it.toolbox for name, it in project.components.items()}
    boxes["repository"] = project.repository.toolbox if project.repository else None
    for place, box in boxes.items():
        if box and box.language == "go" and box.lock:
            what = f"{place}.toolbox.lock: go takes its modules from go.mod and go.sum"
            refuse(what, "no lock", file)
        if box and box.lock and not _is_read(box.language, box.lock):
            what = f"{place}.toolbox.lock: no toolbox is made of {box.lock!r}"
            refuse(what, _INSTALLED_FROM[box.language], file)
    for name, component in project.components.items():
        for kind in ("lint", "test"):
            checks: Checks = getattr(component, kind)
            if checks and not component.toolbox:
                what = f"components.{name}.{kind} has checks and components.{name} has no toolbox"
                refuse(what, 'toolbox = { language = "python" }, or node, or go', file)
            others = [it for it in project.components if it != name]
            _require_beside(f"components.{name}.{kind}", checks, others, file)
    if project.repository:
        for kind in ("lint", "test"):
            checks = getattr(project.repository, kind)
            _require_beside(f"repository.{kind}", checks, project.components, file)


def _is_read(language: Language, lock: str) -> bool:
    name = PurePosixPath(lock).name
    return name == "package-lock.json" if language == "node" else name not in _OF_OTHERS


def _require_beside(place: str, checks: Checks, known: Iterable[str], file: str) -> None:
    for check, planned in checks.items():
        for other in planned.beside:
            require(f"{place}.{check}.beside", other, known, file)
