"""Secrets: where each key comes from, and who signs."""

import re

from todo_ci.project.fields import variable
from todo_ci.project.model import Project
from todo_ci.project.rules.saying import refuse
from todo_ci.project.secret import Secret, Value
from todo_ci.project.signing import GITHUB

# Secrets of the pipeline itself, which no app is given.
OWN_FLAGS = (
    "kubeconfig", "registry-password", "registry-auth", "pull-password", "signing-key",
    "signing-password", "identity-token",
)  # fmt: skip


def require_one_signer(project: Project, file: str) -> None:
    """Refuse nobody who signs, and two."""
    signing = project.signing
    if signing is None:
        return
    if bool(signing.public_key) == bool(signing.identity):
        said = "both public-key and identity" if signing.identity else "nobody who signs"
        accepted = "public-key, for a key; or identity, for whom an issuer vouches for"
        refuse(f"signing names {said}", accepted, file)
    if signing.public_key and (signing.sigstore or signing.issuer != GITHUB):
        what = "signing.issuer and signing.sigstore are about an identity, and a key is named"
        refuse(what, "identity in place of public-key, or neither of these", file)
    if signing.identity.startswith("^"):
        try:
            re.compile(signing.identity)
        except re.error as error:
            what = f"signing.identity is no regular expression: {error}"
            refuse(what, "one whose brackets are closed, from ^ to $", file)


def require_flags(project: Project, file: str) -> None:
    """Refuse a key whose flag is another one's."""
    if project.release.pull_secret in project.secrets:
        what = f"secrets.{project.release.pull_secret} is release.pull-secret"
        refuse(what, "a Secret of another name: that one is made of the registry's login", file)
    taken: dict[str, str] = {}
    for name, secret in project.secrets.items():
        for key, value in secret.keys.items():
            place, flag = f"secrets.{name}.keys.{key}", secret.flag_of(key)
            if not value.is_given:
                continue
            # As a line of --keys and the variable of a step spell it: PULL_PASSWORD is one, too.
            if variable(flag) in map(variable, OWN_FLAGS):
                what = f"{place}: --{flag} is the pipeline's own"
                known = ", ".join(f"--{own}" for own in OWN_FLAGS)
                accepted = f'any flag but {known}; such as by secrets.{name}.flags = "WORD-"'
                refuse(what, accepted, file)
            # A line of --keys, which knows no dashes, has to mean one of them, too.
            if other := taken.get(variable(flag)):
                what = f"{place}: --{flag} gives {other} already"
                refuse(what, f'secrets.{name}.flags = "WORD-", which begins its flags', file)
            taken[variable(flag)] = place


def require_sources(place: str, secret: Secret, file: str) -> None:
    """Refuse a key that comes from nowhere, or from two places."""
    for key, value in secret.keys.items():
        given = _sources(value)
        if len(given) > 1:
            what = f"{place}.keys.{key} is told to be {' and '.join(given)}"
            refuse(what, "random = BYTES, text = TEXT, or what a flag takes", file)
        if value.required and value.plain:
            what = f"{place}.keys.{key} is required and plain"
            refuse(what, "plain in a Secret whose keys are given together, or required", file)
        if secret.together and (value.required or given != ["a flag"]):
            what = f"{place}.keys.{key} is {'required' if value.required else given[0]}"
            refuse(
                f"{what}, and {place}.together is true",
                "keys of flags, none of them required",
                file,
            )


def _sources(value: Value) -> list[str]:
    said = {"random": value.random, "text": value.text}
    made = [name for name, there in said.items() if there]
    return [*made, "a flag"] if value.required or value.plain or not made else made
