"""Pin the images of a tree: write behind each tag the digest that it has in its registry now.

They are those of Dockerfiles, and of constants below a line that tells Renovate of an image. The
tags stay, and all else of each file. Registries are asked by skopeo: a mirror stands in
containers-registries.conf(5), a login is made by `skopeo login`.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from todo_ci.adapters.host.own_images import own_images
from todo_ci.core.image_names import (
    Found,
    ImageName,
    address,
    in_constants,
    in_dockerfile,
    rewrite,
)
from todo_ci.errors import InputError, PipelineError, ToolError

COMMAND = "./do pin"
ROOT = Path(__file__).parents[2]
_DOCKERFILE = re.compile(r"(Dockerfile(\..+)?|.+\.[Dd]ockerfile)")
_WITH_CONSTANTS = (".py", ".sh", ".toml")
_SECONDS = 120
# Docker Hub counts what it is asked for at a time.
_AT_A_TIME = 4


@dataclass(frozen=True, slots=True)
class File:
    """Hold a file that names images."""

    path: str
    text: str
    found: tuple[Found, ...]

    def places(self) -> Iterator[tuple[str, str]]:
        """Yield each image and the line it stands in."""
        for image, start in self.found:
            yield image, f"{self.path}:{self.text.count(chr(10), 0, start) + 1}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Pin, or look whether everything is; return the exit code."""
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT, help="of the tree; this one")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where an image is not pinned so"
    )
    options = parser.parse_args(arguments)
    try:
        return _check(options.folder) if options.check else _pin(options.folder)
    except PipelineError as error:
        print(error.text(), file=sys.stderr)
        return 2


def _pin(folder: Path) -> int:
    files = list(read(folder))
    now = resolve(files)
    for file in files:
        text = rewrite(file.text, file.found, lambda image: str(now[image]))
        if text != file.text:
            (folder / file.path).write_bytes(text.encode())
    for line in _told(files, now):
        print(line)
    return 0


def _check(folder: Path) -> int:
    files = list(read(folder))
    now = resolve(files)
    wrong = list(_told(files, now))
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        print(f"next: {COMMAND}", file=sys.stderr)
    return 1 if wrong else 0


def _told(files: Iterable[File], now: Mapping[str, ImageName]) -> Iterator[str]:
    """Yield a line for each image whose pin is not as it should be now."""
    for file in files:
        for image, place in file.places():
            if image != str(now[image]):
                was = ImageName.parse(image, place).digest or "no digest"
                yield f"{place}: {now[image].by_tag}: {was} → {now[image].digest}"


def read(folder: Path) -> Iterator[File]:
    """Yield the files of a tree that name images, of those that git does not ignore.

    Raises:
        InputError: where there is no repository, or naming a file that cannot be read.
    """
    argv = ["git", "-C", str(folder), "ls-files", "-z", "--cached", "--others"]
    done = subprocess.run([*argv, "--exclude-standard"], capture_output=True, check=False)
    if done.returncode:
        raise InputError(
            f"{folder} is no folder of a git repository: {done.stderr.decode().strip()}",
            next_step=f"{COMMAND} FOLDER",
        )
    for path in sorted(set(done.stdout.decode().split("\0"))):
        name = path.rpartition("/")[2]
        if _DOCKERFILE.fullmatch(name):
            find = in_dockerfile
        elif name.endswith(_WITH_CONSTANTS):
            find = in_constants
        else:
            continue
        # Git lists what was removed and not yet committed, too.
        if (folder / path).is_file():
            text = _text(folder / path)
            if found := tuple(find(text)):
                yield File(path, text, found)


def _text(path: Path) -> str:
    try:
        # Not read_text: line ends stay as they are.
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", next_step=f"check {path}") from None


def resolve(files: Iterable[File]) -> dict[str, ImageName]:
    """Ask the registries for every image; say of each name as it stands what it should be.

    Raises:
        InputError: for a name that no digest can be asked for, or is not asked for here.
        ToolError: naming the first image whose registry does not tell.
    """
    places: dict[str, str] = {}
    for file in files:
        for image, place in file.places():
            places.setdefault(image, place)
    parsed = {image: ImageName.parse(image, place) for image, place in places.items()}
    own = own_images()
    for image, name in parsed.items():
        if address(name.by_tag) in own:
            raise InputError(
                f"{places[image]}: the file that CONTAINERS_REGISTRIES_CONF names says that "
                f"{name.by_tag} is an image of this machine's own: nobody else has its digest",
                next_step=f"unset CONTAINERS_REGISTRIES_CONF; then {COMMAND}",
            )
    tags = {name.by_tag: places[image] for image, name in parsed.items()}
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        digests = dict(zip(tags, pool.map(_digest, tags, tags.values()), strict=True))
    return {image: replace(name, digest=digests[name.by_tag]) for image, name in parsed.items()}


def _digest(by_tag: str, place: str) -> str:
    """Return the digest of what a tag names: the index, where there are several platforms."""
    image = address(by_tag)
    # buildah reads the variable by itself, Debian's skopeo (1.9) does not.
    settings = os.environ.get("CONTAINERS_REGISTRIES_CONF")
    found_by = ["--registries-conf", settings] if settings else []
    try:
        done = subprocess.run(
            ["skopeo", *found_by, "inspect", "--raw", f"docker://{image}"],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except FileNotFoundError:
        raise ToolError(
            "cannot find 'skopeo', which asks registries", next_step="apt-get install skopeo"
        ) from None
    except subprocess.TimeoutExpired:
        raise _unknown(place, image, f"no answer within {_SECONDS} s") from None
    if done.returncode:
        raise _unknown(place, image, done.stderr.decode(errors="replace").strip())
    return f"sha256:{hashlib.sha256(done.stdout).hexdigest()}"


def _unknown(place: str, image: str, said: str) -> ToolError:
    return ToolError(
        f"{place}: the registry does not tell the digest of {image}, and nothing is written:\n"
        f"{said}",
        next_step=f"skopeo inspect --raw docker://{image}, until that tells; then {COMMAND}",
    )


if __name__ == "__main__":
    sys.exit(main())
