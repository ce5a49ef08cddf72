"""Names of the images that something is made from or run in: by tag, and by digest where pinned."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from todo_ci.errors import InputError

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ACCEPTED = (
    "NAME:TAG or NAME:TAG@sha256:<64 hex digits>, without a variable, and of a version: not latest"
)
_HUB = "docker.io"
_NAME = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._-]*(?::[0-9]+)?(?:/[a-z0-9][a-z0-9._-]*)*)"
    r":(?P<tag>\w[\w.-]{0,127})(?:@(?P<digest>.*))?",
    re.ASCII,
)
# The end of a FROM line tells it from the Python of a RUN line's document: from os import path.
_IN_DOCKERFILE = re.compile(
    r"^[ \t]*(?:FROM[ \t]+(?:--\S+[ \t]+)*(?=\S+(?:[ \t]+AS[ \t]+\S+)?[ \t]*\r?$)"
    r"|COPY[ \t]+(?:--\S+[ \t]+)*?--from=)(?P<image>\S+)(?:[ \t]+AS[ \t]+(?P<stage>\S+))?",
    re.MULTILINE | re.IGNORECASE,
)
_MOUNTED = re.compile(r"--mount=(?:\S+,)?from=([^,\s]+)", re.IGNORECASE)
_STAGE = re.compile(r"^[ \t]*FROM[ \t].*[ \t]AS[ \t]+(\S+)", re.MULTILINE | re.IGNORECASE)
_MARKED = re.compile(
    r"^[ \t]*# renovate: datasource=docker .*\n"
    r"[ \t]*[\w-]+(?:: \w+)? ?= ?\"(?P<image>[^\"\s]*)\"",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class ImageName:
    """Hold an image's name.

    Args:
        name: with its registry, unless that is Docker Hub.
        tag: of a version.
        digest: ``sha256:…``; empty where the tag alone says which image it is.
    """

    name: str
    tag: str
    digest: str = ""

    @classmethod
    def parse(cls, text: str, place: str) -> "ImageName":
        """Read ``NAME:TAG`` or ``NAME:TAG@sha256:…``.

        Args:
            text: the name.
            place: where it stands.

        Raises:
            InputError: naming both, where it has no tag, latest, or what is no digest.
        """
        require_digest(text, place)
        match = _NAME.fullmatch(text)
        if match is None or match["tag"] == "latest":
            raise _refused(text, place, "has no tag of a version")
        return cls(match["name"], match["tag"], match["digest"] or "")

    @property
    def by_tag(self) -> str:
        """Return the name without its digest."""
        return f"{self.name}:{self.tag}"

    def __str__(self) -> str:
        return f"{self.by_tag}@{self.digest}" if self.digest else self.by_tag


def require_digest(image: str, place: str) -> None:
    """Refuse what stands where an image's digest would and is none.

    Args:
        image: its name, with a digest or without.
        place: where it stands.

    Raises:
        InputError: naming both.
    """
    _, at, digest = image.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        raise _refused(image, place, "has no digest behind its @")


def address(by_tag: str) -> str:
    """Return an image's name with its registry, which need not be said of Docker Hub."""
    host, below, _ = by_tag.partition("/")
    if below and (host == "localhost" or "." in host or ":" in host):
        return by_tag
    return f"{_HUB}/{by_tag}" if below else f"{_HUB}/library/{by_tag}"


class Found(NamedTuple):
    """Hold an image's name as it stands in a text, and where it begins."""

    image: str
    start: int


def in_dockerfile(text: str) -> Iterator[Found]:
    """Find the images that a Dockerfile's stages begin with or copy from."""
    stages = {"scratch"}
    for match in _IN_DOCKERFILE.finditer(text):
        image = match["image"]
        if image.lower() not in stages and not image.isdecimal():
            yield Found(image, match.start("image"))
        stages.add((match["stage"] or "").lower())


def is_pinned(dockerfile: str) -> bool:
    """Tell whether a digest says of each image that a Dockerfile names which one it is."""
    stages = {it.lower() for it in _STAGE.findall(dockerfile)}
    mounted = {
        it for it in _MOUNTED.findall(dockerfile) if it.lower() not in stages and not it.isdecimal()
    }
    named = {it.image for it in in_dockerfile(dockerfile)} | mounted
    return all(_DIGEST.fullmatch(it.partition("@")[2]) for it in named)


def in_constants(text: str) -> Iterator[Found]:
    """Find the images of constants below a line that tells Renovate of an image."""
    for match in _MARKED.finditer(text):
        yield Found(match["image"], match.start("image"))


def rewrite(text: str, found: Iterable[Found], new: Callable[[str], str]) -> str:
    """Write another name in place of each that was found, and leave all else as it is."""
    for image, start in reversed(list(found)):
        text = text[:start] + new(image) + text[start + len(image) :]
    return text


def _refused(image: str, place: str, lack: str) -> InputError:
    return InputError(
        f"{place}: the image {image!r} {lack}",
        accepted=_ACCEPTED,
        next_step=f"write the image's name into {place}",
    )
