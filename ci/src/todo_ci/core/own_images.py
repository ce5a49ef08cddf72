"""Images that a machine or a mirror has of its own under the names of others.

No digest that others know fits them, so they are taken by their tags. All others are asked for by
what was pinned.
"""

from collections.abc import Collection

from todo_ci.core.image_names import ImageName, address, in_dockerfile, require_digest, rewrite


def read(text: str, place: str) -> frozenset[str]:
    """Read their addresses from ``NAME:TAG[,NAME:TAG…]``; nothing is none.

    Args:
        text: the names.
        place: where they stand.

    Raises:
        InputError: naming the first that says not which image it is.
    """
    names = (ImageName.parse(name.strip(), place) for name in text.split(",") if name.strip())
    return frozenset(address(name.by_tag) for name in names)


def asked_for(image: str, own: Collection[str]) -> str:
    """Return the name to ask for an image by: without its digest where it is an own one.

    Args:
        image: its name, as it stands in the tree.
        own: addresses of those images.
    """
    by_tag = image.partition("@")[0]
    return by_tag if address(by_tag) in own else image


def with_own_images(dockerfile: str, own: Collection[str], place: str) -> str:
    """Leave the digests of own images out of a Dockerfile.

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
        return asked_for(image, own)

    return rewrite(dockerfile, in_dockerfile(dockerfile), name)
