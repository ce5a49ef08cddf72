"""What an image holds is listed by the real syft, signed by the real cosign, and asked for."""

import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as with_table

import registry_writer
from registry_login import authfile
from todo_ci import tool_images
from todo_ci.attestation import admission, cosign, listing, sbom, signing, statements
from todo_ci.attestation.asking import Place
from todo_ci.attestation.sbom import Listed
from todo_ci.attestation.statements import Statement
from todo_ci.commands import publish
from todo_ci.core.context import Context
from todo_ci.core.image_refs import ImageRefs
from todo_ci.errors import InputError, ToolError
from todo_ci.project import current
from todo_ci.project.environment import Requires
from todo_ci.project.signing import Signing
from todo_ci.rollout.request import DeployRequest
from verdicts import KeyPair, requiring

pytestmark = pytest.mark.lab
MakeContext = Callable[..., Context]
BOTH = ("linux/amd64", "linux/arm64")
needs_syft = pytest.mark.skipif(
    shutil.which("syft") is None,
    reason=f"needs syft on PATH, as {tool_images.SYFT.partition('@')[0]} has it: to build one "
    "would take a processor nine minutes",
)


def layer(python: str, told: str) -> bytes:
    """Make a layer with a package of Debian, one of Python, one of Node, and a text."""
    files = {
        "etc/os-release": 'ID=debian\nVERSION_ID="13"\nNAME="Debian GNU/Linux"\n',
        "var/lib/dpkg/status": "Package: zlib1g\nStatus: install ok installed\nVersion: 1:1.3.1\n"
        "Architecture: amd64\nMaintainer: nobody\nDescription: a library\n",
        f"opt/app/six-{python}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: six\n"
        f"Version: {python}\n",
        f"opt/app/six-{python}.dist-info/RECORD": "",
        "told.txt": told,
        "srv/node_modules/left-pad/package.json": '{"name": "left-pad", "version": "1.3.0"}',
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return packed.getvalue()


@pytest.fixture
async def asking(ours: Context) -> Context:
    """An environment of release.toml that takes images with an SBOM alone, on two platforms."""
    project = current.project()
    oke = with_table(project.environments["oke"], requires=Requires(sbom=True))
    current.use(with_table(project, environments={**project.environments, "oke": oke}))
    context = requiring(ours, sbom=True)
    return replace(context, target=replace(context.target, platforms=BOTH))


@pytest.fixture
def pushed(registry: Any, sources: Path) -> ImageRefs:
    """Push images for two platforms, each of which holds a package of another version."""
    refs: dict[str, str] = {}
    for component in ("backend", "frontend"):
        repository = f"todo/todo-{component}"
        told = f"{component} of {sources}"
        layers = {"amd64": layer("1.16.0", told), "arm64": layer("1.17.0", told)}
        digest = registry_writer.push_index(registry, repository, layers, tag="newest")
        refs[component] = f"{registry.host}/{repository}@{digest}"
    return ImageRefs(refs)


def stated(registry: Any, image: str, keys: KeyPair, folder: Path) -> list[Any]:
    """Ask as anybody would who has the public key and has never heard of the pipeline."""
    (folder / "cosign.pub").write_text(keys.public)
    with authfile(registry.host, registry.user, registry.password) as login:
        (folder / "config.json").unlink(missing_ok=True)
        (folder / "config.json").symlink_to(login)
        done = subprocess.run(
            ["cosign", "verify-attestation", "--key", "cosign.pub", "--type", "cyclonedx",
             "--insecure-ignore-tlog=true", image],
            cwd=folder, env={**os.environ, "DOCKER_CONFIG": str(folder)}, check=True, text=True,
            capture_output=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    return [json.loads(it)["predicate"] for it in cosign.statements(done.stdout)]


def packages(document: Any) -> Mapping[str, str]:
    return {it["name"]: it["version"] for it in document["components"] if it["type"] == "library"}


@needs_syft
async def test_what_is_in_an_image_is_told_for_each_platform_and_asked_for(
    asking: Context,
    pushed: ImageRefs,
    request_: DeployRequest,
    registry: Any,
    keys: tuple[KeyPair, KeyPair],
    tmp_path: Path,
) -> None:
    login = (request_.registry, request_.username)
    with pytest.raises(InputError, match=r"todo-backend@.* has no SBOM for linux/amd64, linux/arm"):
        await admission.require(asking, pushed, request_)
    await listing.publish(asking, pushed, *login, BOTH)
    assert await admission.require(asking, pushed, request_) is None
    told = stated(registry, pushed["backend"], keys[0], tmp_path)
    by_platform = {it["metadata"]["component"]["purl"].partition("?")[2]: it for it in told}
    place = f"repository_url={registry.host}/todo/todo-backend"
    assert packages(by_platform[f"arch=amd64&{place}"]) == {
        "zlib1g": "1:1.3.1", "six": "1.16.0", "left-pad": "1.3.0",
    }  # fmt: skip
    assert packages(by_platform[f"arch=arm64&{place}"])["six"] == "1.17.0"
    # The same images once more have the same documents, which are there already.
    await listing.publish(asking, pushed, *login, BOTH)
    assert len(stated(registry, pushed["backend"], keys[0], tmp_path)) == len(BOTH)


@needs_syft
async def test_an_image_that_cannot_be_listed_is_named(
    asking: Context, pushed: ImageRefs, request_: DeployRequest, registry: Any
) -> None:
    none = f"{registry.host}/todo/todo-backend@sha256:{'0' * 64}"
    refs = ImageRefs({**pushed.components, "backend": none})
    with pytest.raises(ToolError, match=r"syft cannot list what is in .*todo-backend.*: HTTP 404"):
        await listing.publish(asking, refs, request_.registry, request_.username, BOTH)


@needs_syft
async def test_publish_makes_them_where_an_environment_asks(
    asking: Context,
    request_: DeployRequest,
    registry: Any,
    keys: tuple[KeyPair, KeyPair],
    tmp_path: Path,
) -> None:
    refs = await publish.publish(
        asking,
        registry=request_.registry,
        username=request_.username,
        commit="a" * 40,
        dirty=False,
        platforms=BOTH,
    )
    assert len(stated(registry, refs["frontend"], keys[0], tmp_path)) == len(BOTH)
    assert await admission.require(asking, refs, request_) is None


async def state(context: Context, refs: ImageRefs, request: DeployRequest, *platforms: str) -> None:
    """Sign documents as publish does, of images that nobody looked into."""
    made = json.dumps({"bomFormat": "CycloneDX", "metadata": {"component": {}}})
    wanted = [
        Statement(image, sbom.document(Listed(image, it, f"sha256:{'1' * 64}", made, "")))
        for image in refs.components.values()
        for it in platforms
    ]
    place = Place(sbom.TYPE, request.registry, request.username)
    assert await statements.publish(context, wanted, place) == ""


async def test_each_platform_of_the_environment_has_to_have_one(
    asking: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    await state(asking, pushed, request_, "linux/amd64")
    with pytest.raises(InputError, match="has no SBOM for linux/arm64 that is signed") as refused:
        await admission.require(asking, pushed, request_)
    assert "publish --env production --platforms linux/amd64,linux/arm64" in str(refused.value)
    await state(asking, pushed, request_, "linux/arm64")
    assert await admission.require(asking, pushed, request_) is None


async def test_an_image_that_has_one_for_each_platform_is_not_listed_again(
    asking: Context,
    pushed: ImageRefs,
    request_: DeployRequest,
    only_programs: Callable[..., None],
) -> None:
    await state(asking, pushed, request_, *BOTH)
    only_programs("setpriv", "cosign")
    login = (request_.registry, request_.username)
    await listing.publish(asking, pushed, *login, BOTH)
    with pytest.raises(ToolError, match="no syft on PATH"):
        await listing.publish(asking, pushed, *login, (*BOTH, "linux/riscv64"))


async def test_one_that_a_stranger_signed_is_none(
    asking: Context,
    theirs: Context,
    keys: tuple[KeyPair, KeyPair],
    pushed: ImageRefs,
    request_: DeployRequest,
) -> None:
    own = current.project()
    current.use(with_table(own, signing=Signing(public_key=keys[1].public)))
    await state(theirs, pushed, request_, *BOTH)
    current.use(own)
    with pytest.raises(InputError, match=r"todo-backend@.* has no SBOM for linux/amd64"):
        await admission.require(asking, pushed, request_)


async def test_one_of_another_image_is_none(
    asking: Context, pushed: ImageRefs, request_: DeployRequest, registry: Any
) -> None:
    await state(asking, pushed, request_, *BOTH)
    digest = registry_writer.push_image(registry, "todo/todo-backend", "a stranger's")
    evil = f"{registry.host}/todo/todo-backend@{digest}"
    registry_writer.move_statements(registry, pushed["backend"], evil)
    refs = ImageRefs({**pushed.components, "backend": evil})
    with pytest.raises(InputError, match=rf"todo-backend@{digest[:19]}.* has no SBOM"):
        await admission.require(asking, refs, request_)


async def test_a_signature_is_no_sbom(
    asking: Context, pushed: ImageRefs, request_: DeployRequest
) -> None:
    await signing.sign(asking, pushed, request_.registry, request_.username)
    with pytest.raises(InputError, match="has no SBOM"):
        await admission.require(asking, pushed, request_)


async def test_a_machine_without_syft_is_told_before_anything_is_built(
    asking: Context,
    request_: DeployRequest,
    only_programs: Callable[..., None],
) -> None:
    only_programs("setpriv", "cosign")
    with pytest.raises(ToolError, match="no syft on PATH, and oke takes images with") as failed:
        await publish.publish(
            asking, registry=request_.registry, username="", commit="a" * 40, dirty=False
        )
    assert "install syft" in failed.value.next_step


async def test_where_nobody_asks_or_no_key_is_given_none_is_made(
    ours: Context,
    asking: Context,
    make_context: MakeContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keyless = make_context()
    monkeypatch.setenv("PATH", "")  # where a look for syft fails
    await listing.require_syft(keyless)
    project = current.project()
    environments = {
        name: with_table(it, requires=Requires()) for name, it in project.environments.items()
    }
    current.use(with_table(project, environments=environments))
    await listing.require_syft(ours)
