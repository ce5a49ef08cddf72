"""Plan which Secrets are applied, of what: the plan names values and holds none."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.core.secret_names import PULL_PASSWORD, REGISTRY_PASSWORD, spelled, way_to_give
from todo_ci.entrypoints.options import OF_SECRETS
from todo_ci.errors import InputError
from todo_ci.project.current import namespace, project, release_name
from todo_ci.project.fields import variable
from todo_ci.project.secret import Secret
from todo_ci.scripts import sources
from todo_ci.scripts.restart import SOURCES as RESTART


def plan(
    given: frozenset[str],
    registry: str,
    username: str,
    plain: Mapping[str, str],
    *,
    verified: bool = False,
    flags: Collection[str] = OF_SECRETS,
) -> Step:
    """Plan the one step that sees the values.

    Args:
        given: names of the secrets there are.
        registry: ``host[:port][/path]`` of the images.
        username: of the registry; empty makes no Secret for it.
        plain: values of flags that are no secrets.
        verified: True to refuse a database URL without TLS that proves who answers.
        flags: those that the verb which is called has for keys.

    Raises:
        InputError: when a Secret that is applied whole was described in part.
    """
    wanted: list[dict[str, Any]] = []
    used: list[str] = []
    for name, secret in project().secrets.items():
        own = [secret.flag_of(key) for key in secret.keys]
        there = [flag for flag in own if flag in given or plain.get(flag)]
        if secret.together and not _is_whole(name, own, there, flags):
            continue
        used += (flag for flag in there if flag in given)
        if keys := dict(_keys(secret, there, plain, verified=verified)):
            wanted.append(_secret(name, keys, restart=secret.restart))
    if username:
        password = PULL_PASSWORD if PULL_PASSWORD in given else REGISTRY_PASSWORD
        used.append(password)
        wanted.append(_pull_secret(registry, username, password))
    readers = f"app.kubernetes.io/instance={release_name()}"
    return Step(
        Tool.KUBE,
        ("python", "-m", "scripts.apply_secrets"),
        stdin=json.dumps({"namespace": namespace(), "secrets": wanted, "restart": readers}),
        files=sources("apply_secrets.py", "database_url.py", *RESTART),
        secrets=(
            SecretUse("kubeconfig", "KUBECONFIG"),
            *(SecretUse(name, _variable(name)) for name in used),
        ),
        # Two Deployments, twice where the former values come back; 120 s each.
        timeout=540,
        network=True,
    )


def plain_values(flags: Mapping[str, str], lines: Mapping[str, str]) -> dict[str, str]:
    """Join the values that are no secrets.

    Args:
        flags: those given by flags, or left empty.
        lines: those given by --keys.

    Raises:
        InputError: naming one that was given by both.
    """
    there = {flag: value for flag, value in flags.items() if value}
    if twice := [flag for flag in there if flag in lines]:
        raise InputError(
            f"--{twice[0]} was given, and so was {variable(twice[0])} by --keys",
            next_step="leave one of them out",
        )
    return {**there, **lines}


def look(planned: Step) -> Step:
    """Plan to look at the values of a plan alone: no cluster is asked."""
    return replace(planned, argv=(*planned.argv, "--check"))


def names(planned: Step) -> tuple[str, ...]:
    """Name the Secrets of a plan."""
    return tuple(secret["name"] for secret in json.loads(planned.stdin)["secrets"])


def _secret(
    name: str, keys: dict[str, Any], *, restart: bool = True, kind: str = "Opaque"
) -> dict[str, Any]:
    return {"name": name, "type": kind, "restart": restart, "keys": keys}


def _file(name: str) -> dict[str, Any]:
    return {"file": _variable(name)}


def _is_whole(name: str, own: list[str], there: list[str], flags: Collection[str]) -> bool:
    """Tell whether a Secret was described, which takes all of its keys or none.

    Raises:
        InputError: naming what is missing.
    """
    missing = [flag for flag in own if flag not in there]
    if missing and there:
        lacks = " and ".join(spelled(flag, flags) for flag in missing)
        raise InputError(
            f"of the settings of {name} {lacks} is missing",
            accepted=f"all of {', '.join(spelled(flag, flags) for flag in own)}, or none",
            next_step=way_to_give(missing[0], flags),
        )
    return not missing


def _keys(
    secret: Secret, there: list[str], plain: Mapping[str, str], *, verified: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in secret.keys.items():
        flag = secret.flag_of(key)
        if value.random:
            yield key, {"random": value.random}
        elif value.text:
            yield key, {"text": value.text}
        elif plain.get(flag):
            yield key, {"text": plain[flag]}
        elif flag in there:
            # Three drivers read it: it is looked at first, and stored as all of them understand it.
            looked_at = {"database_url": {"verified": verified}} if flag == "database-url" else {}
            yield key, {**_file(flag), **looked_at}


def _pull_secret(registry: str, username: str, password: str) -> dict[str, Any]:
    if not registry:
        raise InputError(
            f"no registry is known that {username!r} signs in to: git's origin is not on GitHub",
            accepted="host[:port][/path] in lower case, without https://",
            next_step="name the registry: --registry HOST/PATH, or <VERB>_REGISTRY in .env",
        )
    login = {
        **_file(password),
        "registry": registry.partition("/")[0],
        "username": username,
    }
    # The kubelet reads it at the next pull; nothing that runs needs it.
    kind = "kubernetes.io/dockerconfigjson"
    return _secret(
        project().release.pull_secret, {".dockerconfigjson": login}, restart=False, kind=kind
    )


def _variable(name: str) -> str:
    return f"{variable(name)}_FILE"
