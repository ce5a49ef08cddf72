"""Images by buildah and skopeo: a storage of its own, credentials only in a file on tmpfs."""

import base64
import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import anyio

from todo_ci.adapters.host.dockerfile import for_platform, with_arguments
from todo_ci.adapters.host.logins import logins_beside
from todo_ci.adapters.host.own_images import own_images
from todo_ci.adapters.host.process import NOT_FOUND, ProcessResult, base_environment, run_process
from todo_ci.adapters.host.progress import BuildProgress
from todo_ci.adapters.host.secrets import SecretStore
from todo_ci.core.context import quiet
from todo_ci.core.own_images import with_own_images
from todo_ci.core.ports import BuiltImage, ImageSpec
from todo_ci.errors import InputError, ToolError
from todo_ci.project.release_file import FILE

_CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_BUILD_TIMEOUT = 1800.0
_NETWORK_TIMEOUT = 300.0
_LAST_LINES = 40
_ID_LENGTH = 12
# What a registry says about a name it does not hold, as opposed to one it refuses to show.
_ABSENT = ("manifest unknown", "name unknown", "status code 404", "404 not found")
# What buildah says about a base image that is not there for a platform: of an index it fails, of a
# plain image it warns and takes it all the same.
_OTHER_PLATFORM = ("no image found in manifest list", "does not match the expected platform")


class HostImages:
    """Build, push and look up images on this machine.

    Args:
        root: the repository.
        secrets: an open store; ``registry-password`` is used with ``username``.
        registry: host or host/path the credentials are for.
        username: of the registry; empty pulls and pushes without credentials.
        plain_http: True where the registry speaks HTTP.
        storage: directory of layers and images, kept between runs.
        say: is given a line of progress now and then.
    """

    def __init__(
        self,
        root: Path,
        secrets: SecretStore,
        *,
        registry: str = "",
        username: str = "",
        plain_http: bool = False,
        storage: Path | None = None,
        say: Callable[[str], None] = quiet,
    ) -> None:
        self._root = root
        self._secrets = secrets
        self._registry_host = registry.partition("/")[0]
        self._username = username
        self._plain_http = plain_http
        cache = os.environ.get("TODO_LAB_CACHE") or str(Path.home() / ".cache/todo-lab")
        self._say = say
        self._storage = storage or Path(cache) / "images"

    async def build(self, spec: ImageSpec) -> BuiltImage:
        """Build all platforms of a spec one after the other, none of them emulated.

        Raises:
            InputError: naming a Dockerfile that cannot be read, or a base image whose digest is
                none.
            ToolError: with the build's last lines; or naming a platform that a base image lacks.
        """
        # Side by side they would pull a base image's platforms under one name.
        built = [await self._variant(spec, name) for name in spec.platforms]
        handle = " ".join(image_id for image_id, _ in built)
        return BuiltImage(spec.component, spec.platforms, handle, sum(size for _, size in built))

    async def dockerfile(self, spec: ImageSpec) -> str:
        """Return a spec's Dockerfile, with the images' names that are asked for here.

        Raises:
            InputError: naming a Dockerfile that cannot be read, or a base image whose digest is
                none.
        """
        path = self._root / spec.folder / spec.dockerfile
        try:
            text = await anyio.Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"cannot read the Dockerfile of {spec.component}: {error}",
                accepted=f"a file below {self._root / spec.folder}, in UTF-8",
                next_step=f"correct context or dockerfile of components.{spec.component} in {FILE}",
            ) from None
        return with_own_images(text, own_images(), f"{spec.folder}/{spec.dockerfile}")

    async def _variant(self, spec: ImageSpec, name: str) -> tuple[str, int]:
        """Build one platform; return its image's id and size."""
        source = self._root / spec.folder
        with tempfile.TemporaryDirectory(prefix="build-", dir=self._secrets.scratch) as folder:
            image_id, dockerfile = Path(folder) / "id", Path(folder) / "Dockerfile"
            text = await self.dockerfile(spec)
            dockerfile.write_text(for_platform(with_arguments(text, spec.build_args), name))
            argv = [
                *self._buildah(Path(folder), "build"),
                *("--layers", "--force-rm"),
                *("--file", str(dockerfile), "--iidfile", str(image_id)),
                *("--platform", name, f"--build-arg=BUILDPLATFORM={_own_platform()}"),
                *(f"--build-arg={key}={value}" for key, value in spec.build_args.items()),
                *self._machine_certificates(),
                *self._auth(),
                str(source),
            ]
            progress = BuildProgress(f"{spec.component} for {name}", self._say)
            ended = await progress.told(
                partial(self._run, argv, timeout=_BUILD_TIMEOUT, heard=progress.hear)
            )
            if any(sign in ended.stderr.decode(errors="replace") for sign in _OTHER_PLATFORM):
                raise _no_base(spec, name)
            if ended.exit_code:
                raise ToolError(
                    f"cannot build the image of {spec.component} for {name}:\n{self._tail(ended)}",
                    next_step=f"read {spec.folder}/{spec.dockerfile}, then: todo-ci build",
                )
            made = (await anyio.Path(image_id).read_text()).strip()
            short = made.removeprefix("sha256:")[:_ID_LENGTH]
            return short, await self._size(short, Path(folder))

    async def push(self, image: BuiltImage, reference: str) -> str:
        """Push to ``host/repository:tag`` and return the digest, of the index where there is one.

        Raises:
            ToolError: naming the registry, when it refuses or cannot be reached.
        """
        variants = image.handle.split()
        with tempfile.TemporaryDirectory(prefix="push-", dir=self._secrets.scratch) as folder:
            state, digest = Path(folder), Path(folder) / "digest"
            flags = ("--digestfile", str(digest), *self._auth(), self._tls())
            destination = f"docker://{reference}"
            if len(variants) == 1:
                push = [*self._buildah(state, "push"), "--quiet", *flags, *variants, destination]
                ended = await self._run(push, timeout=_NETWORK_TIMEOUT)
            else:
                ended = await self._push_index(state, variants, flags, destination)
            if ended.exit_code:
                raise self._registry_error("push to", reference, ended)
            return (await anyio.Path(digest).read_text()).strip()

    async def _push_index(
        self, state: Path, variants: Sequence[str], flags: Sequence[str], destination: str
    ) -> ProcessResult:
        # A name of this call's own: another push may be under way in the same storage.
        index = f"localhost/todo-index:{state.name}"
        manifest = self._buildah(state, "manifest")
        ended = await self._run([*manifest, "create", index, *variants], timeout=_NETWORK_TIMEOUT)
        if ended.exit_code:
            return ended
        try:
            push = [
                *manifest,
                "push",
                "--all",
                "--quiet",
                "--format",
                "oci",
                *flags,
                index,
                destination,
            ]
            return await self._run(push, timeout=_NETWORK_TIMEOUT)
        finally:
            with anyio.CancelScope(shield=True):
                await self._run([*manifest, "rm", index], timeout=_NETWORK_TIMEOUT)

    async def resolve(self, reference: str) -> str | None:
        """Return the digest a reference has in its registry, or None where it does not exist.

        Raises:
            ToolError: naming the registry, when it refuses or cannot be reached: an unknown
                answer must not pass for "does not exist".
        """
        # The manifest as it is stored: a chart or a foreign platform has no image to look into.
        argv = ["skopeo", "inspect", "--raw", *self._auth(), self._tls(), f"docker://{reference}"]
        ended = await self._run(argv, timeout=_NETWORK_TIMEOUT)
        if ended.exit_code == 0:
            return f"sha256:{hashlib.sha256(ended.stdout).hexdigest()}"
        said = ended.stderr.decode(errors="replace").lower()
        if any(sign in said for sign in _ABSENT):
            return None
        raise self._registry_error("read from", reference, ended)

    async def tag(self, reference: str, tag: str) -> None:
        """Let a tag of its repository lead to what is there by digest.

        Raises:
            ToolError: naming the registry, when it refuses or cannot be reached.
        """
        repository = reference.partition("@")[0]
        argv = ["skopeo", "copy", "--quiet", "--all", "--preserve-digests", *self._auth()]
        argv += [f"--{end}-{self._tls().removeprefix('--')}" for end in ("src", "dest")]
        names = (f"docker://{reference}", f"docker://{repository}:{tag}")
        ended = await self._run([*argv, *names], timeout=_NETWORK_TIMEOUT)
        if ended.exit_code:
            raise self._registry_error("write to", f"{repository}:{tag}", ended)

    async def _size(self, handle: str, state: Path) -> int:
        argv = [*self._buildah(state, "images"), "--json"]
        ended = await self._run(argv, timeout=_NETWORK_TIMEOUT)
        if ended.exit_code:
            return 0
        known = json.loads(ended.stdout)
        sizes = {image["id"][:_ID_LENGTH]: _bytes(image["size"]) for image in known}
        return sizes.get(handle, 0)

    def _buildah(self, state: Path, command: str) -> list[str]:
        """Begin a buildah call on the pipeline's own storage: no other image is touched.

        Its mounts live in a namespace that ends with the call, and so does its record of them in
        ``state``: otherwise some stay on the machine, even after a build that went well.
        """
        return ["unshare", "--mount", "--", "buildah", "--root", str(self._storage / "layers"),
                "--runroot", str(state), "--storage-driver", "overlay", command]  # fmt: skip

    async def _run(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        heard: Callable[[bytes], None] | None = None,
    ) -> ProcessResult:
        env = base_environment(os.environ.get("PATH", os.defpath))
        env |= {"BUILDAH_ISOLATION": "chroot"}
        for name in ("CONTAINERS_REGISTRIES_CONF", "REGISTRY_AUTH_FILE"):
            if value := os.environ.get(name):
                env[name] = value
        ended = await run_process(argv, cwd=self._root, env=env, timeout=timeout, heard=heard)
        if ended.exit_code == NOT_FOUND:
            tool = "buildah" if "buildah" in argv else "skopeo"
            raise ToolError(
                f"cannot find {tool!r}, which handles images", next_step=f"apt-get install {tool}"
            )
        return ended

    def _machine_certificates(self) -> list[str]:
        """Lend RUN steps the machine's certificate authorities; a mount leaves nothing behind."""
        bundle = os.environ.get("SSL_CERT_FILE") or _CA_BUNDLE
        return [f"--volume={bundle}:{_CA_BUNDLE}:ro"] if Path(bundle).exists() else []

    def _auth(self) -> list[str]:
        if not self._username:
            return []
        login = f"{self._username}:{self._secrets.value('registry-password')}"
        auth = base64.b64encode(login.encode()).decode()
        logins = logins_beside(self._registry_host) | {self._registry_host: {"auth": auth}}
        text = json.dumps({"auths": logins})
        return ["--authfile", str(self._secrets.write("registry-auth.json", text))]

    def _tls(self) -> str:
        return f"--tls-verify={'false' if self._plain_http else 'true'}"

    def _registry_error(self, doing: str, reference: str, ended: ProcessResult) -> ToolError:
        host = reference.partition("/")[0]
        return ToolError(
            f"cannot {doing} the registry {host} ({reference}):\n{self._tail(ended)}",
            next_step=f"check that {host} is up and that --registry-username and "
            "--registry-password are right for it",
        )

    def _tail(self, ended: ProcessResult) -> str:
        said = self._secrets.mask((ended.stdout + ended.stderr).decode(errors="replace"))
        return "\n".join(said.strip().splitlines()[-_LAST_LINES:])


def _own_platform() -> str:
    machine = platform.machine()
    return f"linux/{_ARCHITECTURES.get(machine, machine)}"


def _no_base(spec: ImageSpec, name: str) -> ToolError:
    return ToolError(
        f"a base image that {spec.folder}/{spec.dockerfile} names is not there for {name}",
        accepted=f"base images with {name} in their index",
        next_step=f"./do lab build --platform {name} && ./do lab up; or build without {name}",
    )


def _bytes(size: str) -> int:
    """Read buildah's ``"212 MB"``."""
    number, _, unit = size.partition(" ")
    factor = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
    return int(float(number) * factor.get(unit.upper(), 0))
