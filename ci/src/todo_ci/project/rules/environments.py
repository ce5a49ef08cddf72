"""Environments: their order, what each asks for, and what is thrown away in one."""

from todo_ci.project.environment import Environment, Requires
from todo_ci.project.model import Project
from todo_ci.project.rules.saying import refuse, require


def in_order(project: Project) -> tuple[str, ...]:
    """Return the environments, each behind the one that comes before it."""
    ordered: list[str] = []
    waiting = list(project.environments)
    while waiting:
        ready = [n for n in waiting if (project.environments[n].after or n) in (n, *ordered)]
        if not ready:
            break
        ordered += ready
        waiting = [name for name in waiting if name not in ordered]
    return tuple(ordered)


def require_order(project: Project, file: str) -> None:
    """Refuse environments in a circle, and those that ask for what they cannot have."""
    for name, environment in project.environments.items():
        if environment.after:
            others = [other for other in project.environments if other != name]
            require(f"environments.{name}.after", environment.after, others, file)
            _require_lasting(f"environments.{name}.after", environment.after, project, file)
        _require_proof(f"environments.{name}", environment, project, file)
        if environment.rehearses:
            others = [other for other in project.environments if other != name]
            require(f"environments.{name}.rehearses", environment.rehearses, others, file)
            _require_lasting(f"environments.{name}.rehearses", environment.rehearses, project, file)
            _require_apart(name, "rehearses", environment, project, file)
        if environment.previews:
            _require_apart(name, "has its previews", environment, project, file)
            _require_no_promise(f"environments.{name}", environment, file)
        if environment.canary:
            _require_a_canary_there(name, environment, project, file)
    circle = [name for name in project.environments if name not in in_order(project)]
    if circle:
        refuse(
            f"environments.{circle[0]}.after closes a circle: {', '.join(circle)}",
            "an environment without after, and others behind it",
            file,
        )


def _require_lasting(place: str, other: str, project: Project, file: str) -> None:
    """Refuse to follow what nobody signs, and which is many releases or none."""
    if project.environments[other].previews:
        refuse(f"{place} is {other}, which has previews", "an environment with one release", file)


def _require_proof(place: str, environment: Environment, project: Project, file: str) -> None:
    asked = environment.requires
    if (asked.signature or asked.sbom or asked.verdict) and not project.signing:
        what = f"{place}.requires asks for what is signed, and nobody is named who signs"
        refuse(what, "a table [signing] with public-key or identity", file)
    if asked.scan and not asked.sbom:
        what = f"{place}.requires.scan looks at nothing but SBOMs"
        refuse(what, "sbom = true beside it", file)
    if asked.verdict and not environment.after:
        what = f"{place}.requires.verdict asks for a verdict of no environment"
        refuse(what, f"{place}.after, which names the environment before it", file)
    if asked.soak_minutes and not asked.verdict:
        what = f"{place}.requires.soak-minutes counts from a verdict"
        refuse(what, "verdict = true beside it", file)


def _require_a_canary_there(
    name: str, environment: Environment, project: Project, file: str
) -> None:
    """Refuse a canary that nothing describes, or where none of a person's requests comes."""
    place = f"environments.{name}"
    if not project.canary:
        what = f"{place}.canary: nothing says how a canary is tried"
        refuse(what, "a table [canary] with component and steps", file)
    if environment.rehearses:
        what = f"{place} rehearses, and asks under load already"
        refuse(what, f"canary = true in {environment.rehearses} alone", file)


def _require_apart(
    name: str, does: str, environment: Environment, project: Project, file: str
) -> None:
    """Refuse to throw a release away where anybody else's is: that would be removed."""
    place = f"environments.{name}"
    own = environment.namespace or project.release.namespace
    for other, it in project.environments.items():
        if other != name and own == (it.namespace or project.release.namespace):
            what = f"{place} {does} in the namespace {own!r}, which is that of {other}"
            accepted = f"{place}.namespace, of its own: what is released there is removed again"
            refuse(what, accepted, file)


def _require_no_promise(place: str, environment: Environment, file: str) -> None:
    """Refuse what a preview cannot keep: nobody has looked at it, and nothing signs it."""
    said = {
        "after": environment.after,
        "rehearses": environment.rehearses,
        "requires": environment.requires != Requires(),
        "canary": environment.canary,
        "url": environment.url,
    }
    for key, there in said.items():
        if there:
            what = f"{place} has previews, and {place}.{key} is about one release"
            refuse(what, f"an environment for previews without {key}", file)
