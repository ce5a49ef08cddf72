"""The working tree a release is labelled with: commit, cleanliness, and whose repository it is."""

import re
from dataclasses import dataclass, replace

from todo_ci.errors import InputError

# Where an owner's images are at ghcr.io/OWNER; the same name elsewhere may be a stranger's there.
_GITHUB = ("github.com", "www.github.com", "ssh.github.com")
# A pull calls it by the address of its web page; its API has names and keys of its own.
_DOCKER_HUB = re.compile(r"(?:https?://)?(?:[\w-]+\.)?docker\.(?:io|com)(?:/.*)?")


@dataclass(frozen=True, slots=True)
class WorkingTree:
    """Hold the state of a working tree.

    Args:
        commit: 40 hex digits; empty outside a repository.
        dirty: True when a file differs from the commit.
        owner: owner of the ``origin`` remote, on GitHub, lower case; empty when it names none.
        source: the origin as a page to open, ``https://github.com/OWNER/REPO``; empty without one.
    """

    commit: str
    dirty: bool
    owner: str
    source: str = ""

    def at(self, commit: str) -> "WorkingTree":
        """Take a given commit at its word; an empty one leaves the tree as it is."""
        return replace(self, commit=commit, dirty=False) if commit else self

    @property
    def label(self) -> str:
        """Name the commit for people."""
        return f"{self.commit}-dirty" if self.dirty else self.commit

    def registry(self, given: str) -> str:
        """Return the given registry, else GitHub's for the owner of the origin."""
        return registry_of(given, self.owner)


def registry_of(given: str, owner: str) -> str:
    """Return the given registry, else GitHub's for an owner; empty where neither is known.

    Raises:
        InputError: for Docker Hub, which is not one like the others.
    """
    if _DOCKER_HUB.fullmatch(given):
        raise InputError(
            f"--registry {given!r} is Docker Hub, which the pipeline cannot ask for images",
            accepted="another registry, host[:port]/path, such as ghcr.io/OWNER",
            next_step="add --registry ghcr.io/OWNER, or set <VERB>_REGISTRY in .env",
        )
    return given or (f"ghcr.io/{owner}" if owner else "")


def owner_of(url: str) -> str:
    """Return the owner in an address on GitHub, ``git@host:owner/repo`` and URLs alike."""
    match = re.fullmatch(
        r"(?:\w+://(?:[^/@]*@)?|(?:[\w.-]+@)?)([\w.-]+)(?::\d+)?[:/]/?([\w.-]+)/[\w.-]+?/?", url
    )
    return match[2].lower() if match and match[1].lower() in _GITHUB else ""


def source_of(url: str) -> str:
    """Return the page of a remote's repository, without credentials; empty for a path."""
    match = re.fullmatch(
        r"(?:\w+://(?:[^/@]*@)?|[\w.-]+@)([\w.-]+)(?::\d+)?[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?", url
    )
    return f"https://{match[1]}/{match[2]}" if match else ""


def origin_of(config: str) -> str:
    """Return the address of ``origin`` in the text of a ``.git/config``; empty without one."""
    match = re.search(r'^\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)', config, re.MULTILINE)
    return match[1] if match else ""
