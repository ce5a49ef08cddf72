"""Images by the engine: every platform on the builder's own, pushed as one index."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Collection, Mapping
from functools import partial

import dagger
from dagger import dag

from todo_ci.adapters.engine.shell import Secrets, said_by
from todo_ci.core.own_images import with_own_images
from todo_ci.core.ports import BuiltImage, ImageSpec, Result, SecretUse, Shell, Step, Tool
from todo_ci.core.steps import gather, tail
from todo_ci.errors import ToolError

REGISTRY_AUTH = "registry-auth"
# What a registry says about a name it does not hold, as opposed to one it refuses to show.
_ABSENT = ("MANIFEST_UNKNOWN", "NAME_UNKNOWN", "NOT_FOUND", "404 Not Found")


class DaggerImages:
    """Build, push and look up images in the engine.

    Args:
        sources: component to source directory.
        shell: runs the look-ups; it knows the secret ``registry-auth``.
        secrets: ``registry-password`` is used with ``username``.
        registry: host or host/path the credentials are for.
        username: of the registry; empty pulls and pushes without credentials.
        plain_http: True where the registry speaks HTTP; for pushes the engine's own configuration
            must say the same.
        own: addresses of images that a mirror has of its own.
    """

    def __init__(
        self,
        sources: Mapping[str, dagger.Directory],
        shell: Shell,
        secrets: Secrets,
        *,
        registry: str = "",
        username: str = "",
        plain_http: bool = False,
        own: Collection[str] = (),
    ) -> None:
        self._sources = sources
        self._shell = shell
        self._secrets = secrets
        self._registry_host = registry.partition("/")[0]
        self._username = username
        self._plain_http = plain_http
        self._own = own
        self._built: dict[str, tuple[dagger.Container, ...]] = {}

    async def build(self, spec: ImageSpec) -> BuiltImage:
        """Build all platforms of a spec side by side, none of them emulated.

        Raises:
            InputError: naming a base image whose digest is none.
            ToolError: with the build's last lines.
        """
        own = await dag.default_platform()
        calls = {name: partial(self._variant, spec, name, own) for name in spec.platforms}
        variants = await gather(calls)
        containers = tuple(variants[name] for name in spec.platforms)
        identities = [await container.id() for container in containers]
        handle = hashlib.sha256("".join(identities).encode()).hexdigest()[:12]
        self._built[handle] = containers
        return BuiltImage(spec.component, spec.platforms, handle)

    def containers(self, image: BuiltImage) -> tuple[dagger.Container, ...]:
        """Return what was built, in the order of its platforms."""
        return self._built[image.handle]

    async def push(self, image: BuiltImage, reference: str) -> str:
        """Push to ``host/repository:tag`` and return the digest, of the index where there is one.

        Raises:
            ToolError: naming the registry, when it refuses or cannot be reached.
        """
        first, *others = self.containers(image)
        if self._username:
            password = self._secrets.get("registry-password")
            first = first.with_registry_auth(self._registry_host, self._username, password)
        try:
            pushed = await first.publish(reference, platform_variants=others)
        except dagger.QueryError as error:
            raise _registry_error("push to", reference, said_by(error)) from error
        return pushed.rpartition("@")[2]

    async def resolve(self, reference: str) -> str | None:
        """Return the digest a reference has in its registry, or None where it does not exist.

        The engine itself would answer from what it once pulled or pushed; crane asks the registry.

        Raises:
            ToolError: naming the registry, when it refuses or cannot be reached: an unknown
                answer must not pass for "does not exist".
        """
        result = await self._crane("digest", reference)
        if result.ok:
            return result.stdout.strip()
        if any(sign in result.stderr for sign in _ABSENT):
            return None
        raise _registry_error("read from", reference, tail(result))

    async def tag(self, reference: str, tag: str) -> None:
        """Let a tag of its repository lead to what is there by digest.

        Raises:
            ToolError: naming the registry, when it refuses or cannot be reached.
        """
        result = await self._crane("tag", reference, tag)
        if not result.ok:
            repository = reference.partition("@")[0]
            raise _registry_error("write to", f"{repository}:{tag}", tail(result))

    async def _crane(self, verb: str, *arguments: str) -> Result:
        insecure = ("--insecure",) if self._plain_http else ()
        secrets = (SecretUse(REGISTRY_AUTH, "REGISTRY_AUTH_FILE"),) if self._username else ()
        argv = ("crane", verb, *insecure, *arguments)
        return await self._shell.run(
            Step(Tool.KUBE, argv, secrets=secrets, timeout=60, network=True)
        )

    async def dockerfile(self, spec: ImageSpec) -> str:
        """Return a spec's Dockerfile, with the images' names that are asked for here.

        Raises:
            InputError: naming a base image whose digest is none.
            ToolError: where the sources have no such file.
        """
        try:
            return self._named(spec, await self._written(spec))
        except dagger.QueryError as error:
            raise self._build_error(spec, error) from error

    async def _written(self, spec: ImageSpec) -> str:
        return await self._sources[spec.component].file(spec.dockerfile).contents()

    def _named(self, spec: ImageSpec, text: str) -> str:
        return with_own_images(text, self._own, f"{spec.folder}/{spec.dockerfile}")

    async def _source(self, spec: ImageSpec) -> dagger.Directory:
        """Return a component's sources, with a Dockerfile whose images the engine can ask for."""
        source = self._sources[spec.component]
        text = await self._written(spec)
        named = self._named(spec, text)
        return source if named == text else source.with_new_file(spec.dockerfile, named)

    async def _variant(self, spec: ImageSpec, name: str, own: str) -> dagger.Container:
        platform = dagger.Platform(name)
        # The engine says that the build runs on the image's platform; compilers and package
        # managers would then be emulated, or not run at all.
        arguments = {"BUILDPLATFORM": own, **spec.build_args}
        try:
            source = await self._source(spec)
            built = await source.docker_build(
                dockerfile=spec.dockerfile,
                platform=platform,
                build_args=[dagger.BuildArg(key, value) for key, value in arguments.items()],
            ).sync()
        except dagger.QueryError as error:
            raise self._build_error(spec, error) from error
        if await built.platform() == platform:
            return built
        return await (await _relabelled(built, platform)).sync()

    def _build_error(self, spec: ImageSpec, error: dagger.QueryError) -> ToolError:
        said = self._secrets.mask(said_by(error))
        return ToolError(
            f"cannot build the image of {spec.component}:\n{said}",
            next_step=f"read {spec.folder}/{spec.dockerfile}, then: dagger call build",
        )


def registry_auth(registry: str, username: str, password: str) -> dagger.Secret:
    """Make the file that registry clients take credentials from."""
    auth = b64encode(f"{username}:{password.strip()}".encode()).decode()
    text = json.dumps({"auths": {registry.partition("/")[0]: {"auth": auth}}})
    return dag.set_secret(REGISTRY_AUTH, text)


async def _relabelled(built: dagger.Container, platform: dagger.Platform) -> dagger.Container:
    """Give an image the platform it was built for, and all of its configuration again.

    Some of what the engine builds for another platform comes back under its own platform's name,
    and two images of one name are pushed as one: the other is lost without an error.
    """
    fresh = dag.container(platform=platform).with_rootfs(built.rootfs())
    for variable in await built.env_variables():
        fresh = fresh.with_env_variable(await variable.name(), await variable.value())
    for label in await built.labels():
        fresh = fresh.with_label(await label.name(), await label.value())
    for port in await built.exposed_ports():
        fresh = fresh.with_exposed_port(await port.port(), protocol=await port.protocol())
    if user := await built.user():
        fresh = fresh.with_user(user)
    if folder := await built.workdir():
        fresh = fresh.with_workdir(folder)
    if entrypoint := await built.entrypoint():
        fresh = fresh.with_entrypoint(entrypoint)
    if arguments := await built.default_args():
        fresh = fresh.with_default_args(arguments)
    return fresh


def _registry_error(doing: str, reference: str, said: str) -> ToolError:
    host = reference.partition("/")[0]
    return ToolError(
        f"cannot {doing} the registry {host} ({reference}):\n{said}",
        next_step=f"check that {host} is up and that --registry-username and "
        "--registry-password are right for it",
    )
