"""Read ``release.toml``: a value of another kind, an unknown key, a name of nothing are refused."""

import math
import tomllib
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any, Never

import msgspec

from todo_ci.errors import InputError
from todo_ci.project import refusals
from todo_ci.project.canary import RATE, Canary
from todo_ci.project.environment import Environment, Requires
from todo_ci.project.fields import variable
from todo_ci.project.model import Project
from todo_ci.project.secret import Secret, Value
from todo_ci.project.signing import GITHUB
from todo_ci.project.sources import Checks

FILE = "release.toml"
# What a step and a list of images call something else.
RESERVED = ("chart", "role", "sigstore", "kube", "sign", "sbom", "scan", "repository")
# Secrets of the pipeline itself, which no app is given.
OWN_FLAGS = (
    "kubeconfig", "registry-password", "registry-auth", "pull-password", "signing-key",
    "signing-password", "identity-token",
)  # fmt: skip
# What the pipeline checks from outside; a check from inside goes by another name.
OWN_CHECKS = ("release", "deployments", "sidecars", "components", "address", "gateway")


def parse(text: str, file: str = FILE) -> Project:
    """Read the text of a ``release.toml``.

    Args:
        text: what the file holds.
        file: its name, for errors.

    Raises:
        InputError: naming the file, the key, what is accepted, and the nearest key or name.
    """
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{file} is no TOML: {error}",
            accepted="key = value, one a line, below [tables]; texts in quotes",
            next_step=f"correct {file} there",
        ) from None
    try:
        project = msgspec.convert(tables, Project)
    except msgspec.ValidationError as error:
        raise refusals.explain(error, tables, Project, file) from None
    _require_order(project, file)
    _require_names(project, file)
    _require_flags(project, file)
    _require_one_signer(project, file)
    if project.canary:
        _require_canary(project.canary, project, file)
    for name, secret in project.secrets.items():
        _require_sources(f"secrets.{name}", secret, file)
    return project


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


def _require_order(project: Project, file: str) -> None:
    for name, environment in project.environments.items():
        if environment.after:
            others = [other for other in project.environments if other != name]
            _require(f"environments.{name}.after", environment.after, others, file)
        _require_proof(f"environments.{name}", environment, project, file)
        if environment.rehearses:
            others = [other for other in project.environments if other != name]
            _require(f"environments.{name}.rehearses", environment.rehearses, others, file)
            _require_apart(name, "rehearses", environment, project, file)
        if environment.previews:
            _require_apart(name, "has its previews", environment, project, file)
            _require_no_promise(f"environments.{name}", environment, file)
        if environment.canary:
            _require_a_canary_there(name, environment, project, file)
    circle = [name for name in project.environments if name not in in_order(project)]
    if circle:
        _refuse(
            f"environments.{circle[0]}.after closes a circle: {', '.join(circle)}",
            "an environment without after, and others behind it",
            file,
        )


def _require_proof(place: str, environment: Environment, project: Project, file: str) -> None:
    asked = environment.requires
    if (asked.signature or asked.sbom or asked.verdict) and not project.signing:
        what = f"{place}.requires asks for what is signed, and nobody is named who signs"
        _refuse(what, "a table [signing] with public-key or identity", file)
    if asked.scan and not asked.sbom:
        what = f"{place}.requires.scan looks at nothing but SBOMs"
        _refuse(what, "sbom = true beside it", file)
    if asked.verdict and not environment.after:
        what = f"{place}.requires.verdict asks for a verdict of no environment"
        _refuse(what, f"{place}.after, which names the environment before it", file)
    if asked.soak_minutes and not asked.verdict:
        what = f"{place}.requires.soak-minutes counts from a verdict"
        _refuse(what, "verdict = true beside it", file)


def _require_one_signer(project: Project, file: str) -> None:
    signing = project.signing
    if signing is None:
        return
    if bool(signing.public_key) == bool(signing.identity):
        said = "both public-key and identity" if signing.identity else "nobody who signs"
        accepted = "public-key, for a key; or identity, for whom an issuer vouches for"
        _refuse(f"signing names {said}", accepted, file)
    if signing.public_key and (signing.sigstore or signing.issuer != GITHUB):
        what = "signing.issuer and signing.sigstore are about an identity, and a key is named"
        _refuse(what, "identity in place of public-key, or neither of these", file)


def _require_a_canary_there(
    name: str, environment: Environment, project: Project, file: str
) -> None:
    """Refuse a canary that nothing describes, or where none of a person's requests comes."""
    place = f"environments.{name}"
    if not project.canary:
        what = f"{place}.canary: nothing says how a canary is tried"
        _refuse(what, "a table [canary] with component and steps", file)
    if environment.rehearses:
        what = f"{place} rehearses, and asks under load already"
        _refuse(what, f"canary = true in {environment.rehearses} alone", file)


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
            _refuse(what, accepted, file)


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
            _refuse(what, f"an environment for previews without {key}", file)


def _require_names(project: Project, file: str) -> None:
    for folder in project.folders:
        if folder in RESERVED:
            what = f"repository.folders: {folder!r} means something else already"
            _refuse(what, f"any folder but {', '.join(RESERVED)}", file)
    for name in project.components:
        if name in (reserved := (*RESERVED, *project.folders)):
            what = f"components.{name}: the name means something else already"
            _refuse(what, f"any name but {', '.join(reserved)}", file)
    _require_toolboxes(project, file)
    if test := project.helm_test:
        for check in test.checks:
            if check in OWN_CHECKS or test.checks.count(check) > 1:
                what = f"helm-test.checks: {check!r} is there already"
                _refuse(what, f"each once, and none of {', '.join(OWN_CHECKS)}", file)
        for table in ("needs", "unless"):
            for check in getattr(test, table):
                _require(f"helm-test.{table}.{check}", check, test.checks, file)
    for key, name in project.plugins.components():
        _require(f"plugins.{key}", name, project.components, file)
    for key, folder, name in project.plugins.folders():
        context = project.components[name].context
        if not PurePosixPath(folder).is_relative_to(context):
            what = f"plugins.{key}: {folder!r} is not in {context}"
            _refuse(what, "a folder of the component's context", file)
    for key in ("values", "image"):
        taken: dict[str, str] = {}
        for name, component in project.components.items():
            value = str(getattr(component, key))
            other = taken.setdefault(value, name)
            if other != name:
                place = f"components.{name}.{key}"
                _refuse(f"{place}: {value!r} is that of {other} already", "one of its own", file)


def _require_canary(canary: Canary, project: Project, file: str) -> None:
    _require("canary.component", canary.component, project.components, file)
    for check in canary.checks:
        known = project.helm_test.checks if project.helm_test else ()
        _require("canary.checks", check, known, file)
    # Twice as long as the requests take that are needed: a slow answer holds the next one back.
    least = math.ceil(2 * canary.enough / RATE)
    before = -1
    for number, step in enumerate(canary.steps):
        place = f"canary.steps[{number}]"
        if step.weight <= before:
            what = f"{place}.weight is {step.weight}, and that of the step before is {before}"
            _refuse(what, "weights that rise", file)
        before = step.weight
        if step.seconds < least:
            what = (
                f"{place}.seconds is {step.seconds}, too short for the {canary.enough} requests "
                f"that max-failed-percent = {canary.max_failed_percent:g} is judged by"
            )
            _refuse(what, f"{least} or more", file)


def _require_toolboxes(project: Project, file: str) -> None:
    boxes = {f"components.{name}": it.toolbox for name, it in project.components.items()}
    boxes["repository"] = project.repository.toolbox if project.repository else None
    for place, box in boxes.items():
        if box and box.language == "go" and box.lock:
            what = f"{place}.toolbox.lock: go takes its modules from go.mod and go.sum"
            _refuse(what, "no lock", file)
    for name, component in project.components.items():
        for kind in ("lint", "test"):
            checks: Checks = getattr(component, kind)
            if checks and not component.toolbox:
                what = f"components.{name}.{kind} has checks and components.{name} has no toolbox"
                _refuse(what, 'toolbox = { language = "python" }, or node, or go', file)
            others = [it for it in project.components if it != name]
            _require_beside(f"components.{name}.{kind}", checks, others, file)
    if project.repository:
        for kind in ("lint", "test"):
            checks = getattr(project.repository, kind)
            _require_beside(f"repository.{kind}", checks, project.components, file)


def _require_beside(place: str, checks: Checks, known: Iterable[str], file: str) -> None:
    for check, planned in checks.items():
        for other in planned.beside:
            _require(f"{place}.{check}.beside", other, known, file)


def _require_flags(project: Project, file: str) -> None:
    if project.release.pull_secret in project.secrets:
        what = f"secrets.{project.release.pull_secret} is release.pull-secret"
        _refuse(what, "a Secret of another name: that one is made of the registry's login", file)
    taken: dict[str, str] = {}
    for name, secret in project.secrets.items():
        for key, value in secret.keys.items():
            place, flag = f"secrets.{name}.keys.{key}", secret.flag_of(key)
            if not value.is_given:
                continue
            if flag in OWN_FLAGS:
                what = f"{place}: --{flag} is the pipeline's own"
                _refuse(what, f"any flag but {', '.join(f'--{own}' for own in OWN_FLAGS)}", file)
            # A line of --keys, which knows no dashes, has to mean one of them, too.
            if other := taken.get(variable(flag)):
                what = f"{place}: --{flag} gives {other} already"
                _refuse(what, f'secrets.{name}.flags = "WORD-", which begins its flags', file)
            taken[variable(flag)] = place


def _require_sources(place: str, secret: Secret, file: str) -> None:
    for key, value in secret.keys.items():
        given = _sources(value)
        if len(given) > 1:
            what = f"{place}.keys.{key} is told to be {' and '.join(given)}"
            _refuse(what, "random = BYTES, text = TEXT, or what a flag takes", file)
        if value.required and value.plain:
            what = f"{place}.keys.{key} is required and plain"
            _refuse(what, "plain in a Secret whose keys are given together, or required", file)
        if secret.together and (value.required or given != ["a flag"]):
            what = f"{place}.keys.{key} is {'required' if value.required else given[0]}"
            _refuse(
                f"{what}, and {place}.together is true",
                "keys of flags, none of them required",
                file,
            )


def _sources(value: Value) -> list[str]:
    said = {"random": value.random, "text": value.text}
    made = [name for name, there in said.items() if there]
    return [*made, "a flag"] if value.required or value.plain or not made else made


def _require(place: str, name: str, known: Iterable[str], file: str) -> None:
    names = list(known)
    if name not in names:
        accepted = f"one of: {', '.join(names)}" if names else "nothing: leave it out"
        _refuse(f"{place}: there is no {name!r}", accepted, file, refusals.nearest(name, names))


def _refuse(what: str, accepted: str, file: str, hint: str = "") -> Never:
    raise InputError(f"{file}: {what}", accepted=accepted, next_step=hint or f"correct {file}")
