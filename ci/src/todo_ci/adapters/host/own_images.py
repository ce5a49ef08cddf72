"""Images that this machine has of its own under the names of others, as the lab has."""

import os
import tomllib
from collections.abc import Collection
from pathlib import Path

from todo_ci.core.image_names import address, in_dockerfile, require_digest, rewrite


def own_images() -> frozenset[str]:
    """Return their addresses, as the file says that also says which registry they are in.

    Whoever reads that file for its other entries overlooks this one, and says what is wrong with a
    file that cannot be read.
    """
    path = os.environ.get("CONTAINERS_REGISTRIES_CONF", "")
    try:
        settings = tomllib.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return frozenset()
    return frozenset(settings.get("todo-ci", {}).get("own-images", ()))


def with_own_images(dockerfile: str, own: Collection[str], place: str) -> str:
    """Leave the digests out of a Dockerfile whose images this machine has of its own.

    No other digest is touched: their registries are asked for what was pinned.

    Args:
        dockerfile: its text.
        own: addresses of those images.
        place: where the Dockerfile is.

    Raises:
        InputError: naming what stands for a digest and is none.
    """

    def name(image: str) -> str:
        # A variable may be the digest.
        if "$" not in image:
            require_digest(image, place)
        by_tag = image.partition("@")[0]
        return by_tag if address(by_tag) in own else image

    return rewrite(dockerfile, in_dockerfile(dockerfile), name)
