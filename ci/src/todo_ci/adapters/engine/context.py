"""A context in the engine: adapters wired to directories, a target and secrets."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

import dagger
from dagger import dag

from todo_ci.adapters.engine import kubeconfig, stages
from todo_ci.adapters.engine.images import REGISTRY_AUTH, DaggerImages, registry_auth
from todo_ci.adapters.engine.shell import DaggerShell, Secrets
from todo_ci.adapters.engine.sources import Sources
from todo_ci.adapters.engine.toolboxes import toolboxes
from todo_ci.core import keys_file, secret_names
from todo_ci.core.context import THROUGH_AN_ENGINE, Context
from todo_ci.core.kubeconfig import NAME as KUBECONFIG
from todo_ci.environments import Target, target
from todo_ci.errors import InputError
from todo_ci.project import current

UNNAMED = "somebody through an engine, without --holder,"
Given = Mapping[str, dagger.Secret | None]


async def open_engine_context(
    sources: Sources,
    environment: str,
    *,
    given: Given | None = None,
    keys: dagger.Secret | None = None,
    api: dagger.Service | None = None,
    registry: str = "",
    username: str = "",
    allow_dirty: bool = False,
    caller: str = "",
    own: Collection[str] = (),
) -> tuple[Context, DaggerImages]:
    """Open a context, and return its images beside it, whose containers a call may hand out.

    Args:
        sources: what to work on.
        environment: name of the target; empty for the first one.
        given: secret name to secret; None counts as not given.
        keys: values of keys of Secrets, as lines or as one JSON object.
        api: the cluster's API where only the caller's machine reaches it.
        registry: whose credentials ``username`` and the secret ``registry-password`` are.
        username: of the registry.
        allow_dirty: True lets any target take an uncommitted tree.
        caller: who calls, which no container can know by itself.
        own: addresses of images that a mirror has of its own.

    Raises:
        InputError: for an unknown environment, a secret that is empty or cannot be read, or a
            kubeconfig whose cluster no container reaches.
    """
    chosen = target(environment)
    current.enter(chosen.environment)
    if allow_dirty:
        chosen = replace(chosen, allow_dirty=True)
    hidden, plain = secret_names.parted(await _of_keys(keys, given or {}))
    there = {**(given or {}), **{name: dag.set_secret(name, it) for name, it in hidden.items()}}
    secrets = await _with_access(await Secrets.read(there, secret_names.optional()), api)
    secrets = await _with_auth(secrets, registry, username)
    boxes = toolboxes(sources.components, sources.top, own)
    shell = DaggerShell(boxes, sources.inputs(), secrets, api=api)
    images = DaggerImages(
        sources.components,
        shell,
        secrets,
        registry=registry,
        username=username,
        plain_http=chosen.plain_http,
        own=own,
    )

    def say(line: str) -> None:
        shown = secrets.mask(line)
        stages.enter(shown)
        print(shown, file=sys.stderr, flush=True)

    names = frozenset(secrets.given) - {REGISTRY_AUTH}
    context = Context(
        shell,
        images,
        chosen,
        say,
        names,
        THROUGH_AN_ENGINE,
        caller=caller or UNNAMED,
        steps_outlive=True,
        plain=plain,
    )
    return context, images


async def _of_keys(keys: dagger.Secret | None, given: Given) -> dict[str, str]:
    """Read each value by itself, so that a step is given those alone that it asks for."""
    if keys is None:
        return {}
    lines = await (await Secrets.read({"keys": keys})).get("keys").plaintext()
    already = [name for name, secret in given.items() if secret is not None]
    return keys_file.parse(lines, secret_names.of_lines(), already)


async def _with_access(secrets: Secrets, api: dagger.Service | None) -> Secrets:
    """Point the kubeconfig at the given API; the result is a secret like the one it came from."""
    if KUBECONFIG not in secrets.given:
        return secrets
    text = await secrets.get(KUBECONFIG).plaintext()
    if api is None:
        kubeconfig.refuse_loopback(text)
        return secrets
    port = await (await api.ports())[0].port()
    pointed = dag.set_secret(KUBECONFIG, kubeconfig.through(text, port))
    return replace(secrets, given={**secrets.given, KUBECONFIG: pointed})


async def _with_auth(secrets: Secrets, registry: str, username: str) -> Secrets:
    if not username or "registry-password" not in secrets.given:
        return secrets
    password = await secrets.get("registry-password").plaintext()
    auth = registry_auth(registry, username, password)
    return replace(secrets, given={**secrets.given, REGISTRY_AUTH: auth})


def require_reachable(url: str, chosen: Target) -> str:
    """Return the given address, else the target's, as long as a container can mean it.

    Raises:
        InputError: for a loopback address: verify would find nothing there, and a good release
            would be taken back.
    """
    address = url or chosen.url
    if kubeconfig.is_loopback(urlsplit(address).hostname):
        named, step = "--url", "add --url, or set <VERB>_URL in .env"
        if chosen.preview:
            place = chosen.environment.partition("/")[0]
            named = f"url of [environments.{place}.previews], here"
            step = "correct it in release.toml: a preview's address is there alone"
        raise InputError(
            f"{named} {address} means each container itself",
            accepted="an address of the gateway on the network, such as http://10.255.0.1:8000",
            next_step=step,
        )
    return address
