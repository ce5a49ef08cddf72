"""The request of a deploy: one value, handed on whole from the front ends to the upgrade."""

from dataclasses import dataclass

from todo_ci.core.image_refs import ImageRefs


@dataclass(frozen=True, slots=True)
class DeployRequest:
    """Hold what was asked for.

    Args:
        images: what to release; None for those of the tree.
        overlay: further values of the chart as YAML text, or nothing.
        url: the address people open, where sign-in works and the gateway is asked; empty for the
            target's own.
        allow_http: True to take an http address where the environment asks for https.
        lock_timeout: seconds to wait for another deploy.
        dry_run: True to look up what was published instead, and to change nothing.
        registry: ``host[:port][/path]`` of the tree's images, which the login is for.
        username: of that registry; empty pushes and looks images up without a login.
        keys: True where values of Secrets were given, to be applied before the release.
        allow_unverified_database: True to take one that does not prove who it is among them.
    """

    images: ImageRefs | None = None
    overlay: str = ""
    url: str = ""
    allow_http: bool = False
    lock_timeout: float = 120
    dry_run: bool = False
    registry: str = ""
    username: str = ""
    keys: bool = False
    allow_unverified_database: bool = False
