"""The list of what an image holds, by syft, as a CycloneDX document: pure.

A document is about one platform, and is stated about the digest that releases name, which is that
of all platforms together: whoever looks an image up finds all of its documents there. Which
platform one is about stands in the package URL of its subject, where other makers of such documents
write it too: ``pkg:oci/NAME@sha256:…?arch=amd64&repository_url=…``.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote

from todo_ci.core.image_refs import Reference, shorten
from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.core.secret_names import REGISTRY_PASSWORD
from todo_ci.environments import Target
from todo_ci.errors import ToolError
from todo_ci.scripts import sources

# cosign's own word for https://cyclonedx.org/bom.
TYPE = "cyclonedx"
LARGEST = 4_000_000
_FORMAT = "CycloneDX"


@dataclass(frozen=True, slots=True)
class Listed:
    """Hold what syft answered about an image.

    Args:
        image: by the digest that a release names.
        platform: such as ``linux/amd64``; empty where the registry named none.
        digest: of that platform's image alone.
        text: what syft printed.
        error: why it printed nothing; empty where it did.
    """

    image: str
    platform: str
    digest: str
    text: str
    error: str


def step(target: Target, images: Sequence[str], *, registry: str, username: str) -> Step:
    """List images; of none, only tell whether syft is there.

    Args:
        target: says whether the registry speaks HTTP.
        images: by digest.
        registry: ``host[:port][/path]`` that the login is for.
        username: of that registry; empty asks without a login.
    """
    order = {
        "host": registry.partition("/")[0],
        "username": username,
        "plain_http": target.plain_http,
        "images": list(images),
    }
    return Step(
        Tool.SBOM,
        ("python3", "-m", "scripts.run_syft"),
        stdin=json.dumps(order),
        files=sources("run_syft.py", "registry.py", "registry_login.py"),
        secrets=(SecretUse(REGISTRY_PASSWORD, "REGISTRY_PASSWORD_FILE"),) if username else (),
        timeout=3600,
        network=True,
    )


def parse(text: str) -> list[Listed] | None:
    """Read what the step printed; None where there is no syft."""
    said = json.loads(text)
    return [Listed(**one) for one in said["listed"]] if said["syft"] else None


def document(listed: Listed) -> dict[str, Any]:
    """Make the document of one platform, the same each time for the same image.

    Raises:
        ToolError: naming the image where there is none, or one that is too large.
    """
    about = f"{shorten(listed.image)} for {listed.platform}" if listed.platform else listed.image
    if listed.error:
        raise ToolError(
            f"syft cannot list what is in {about}: {listed.error}",
            next_step="check that its registry is up and that --registry-username and "
            "--registry-password are right for it",
        )
    if len(listed.text.encode()) > LARGEST:
        raise ToolError(
            f"the SBOM of {about} has {len(listed.text.encode())} bytes, and {LARGEST} is the most "
            "that is put beside an image: whoever asks for a verdict reads it too",
            next_step="leave out of the image what it does not run, then todo-ci publish again",
        )
    made: dict[str, Any] = json.loads(listed.text)
    # What differs between two runs over one image.
    made.pop("serialNumber", None)
    made["metadata"].pop("timestamp", None)
    made["metadata"]["component"]["purl"] = _purl(listed)
    return made


def _purl(listed: Listed) -> str:
    repository = Reference.parse(listed.image).repository
    name, architecture = repository.rpartition("/")[2], listed.platform.partition("/")[2]
    version = quote(listed.digest, safe="")
    return f"pkg:oci/{name}@{version}?arch={architecture}&repository_url={repository}"


def platforms(statements: Iterable[str]) -> set[str]:
    """Name the platforms that statements about an image are documents of."""
    return {platform for it in statements if (platform := _platform(it))}


def documents(statements: Iterable[str]) -> list[dict[str, Any]]:
    """Return the documents among statements about an image."""
    return [json.loads(it)["predicate"] for it in statements if _platform(it)]


def _platform(statement: str) -> str:
    try:
        said: dict[str, Any] = json.loads(statement)["predicate"]
        if said["bomFormat"] != _FORMAT:
            return ""
        kind, _, qualifiers = said["metadata"]["component"]["purl"].partition("?")
        (architecture,) = parse_qs(qualifiers)["arch"]
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""
    return f"linux/{architecture}" if kind.startswith("pkg:oci/") else ""
