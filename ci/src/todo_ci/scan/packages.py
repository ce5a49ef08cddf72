"""The packages of an SBOM by the names that advisories have for them: pure.

Taken as it stands, an SBOM finds little: Debian's advisories name source packages, an SBOM the
binary ones with their source in a qualifier, and where name and package URL differ, as for Go's
standard library, the URL is right. What can be asked about is named anew; the rest is said.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

# By type and namespace of a package URL: whose advisories are looked through.
_ECOSYSTEMS: Mapping[tuple[str, str], str] = {
    ("apk", "alpine"): "Alpine",
    ("apk", "chainguard"): "Chainguard",
    ("apk", "wolfi"): "Wolfi",
    ("cargo", ""): "crates.io",
    ("composer", ""): "Packagist",
    ("deb", "debian"): "Debian",
    ("deb", "ubuntu"): "Ubuntu",
    ("gem", ""): "RubyGems",
    ("golang", ""): "Go",
    ("hex", ""): "Hex",
    ("maven", ""): "Maven",
    ("npm", ""): "npm",
    ("nuget", ""): "NuGet",
    ("pub", ""): "Pub",
    ("pypi", ""): "PyPI",
}
_OF_SYSTEMS = ("apk", "deb")
_SEPARATORS = re.compile(r"[-_.]+")
# They describe what the packages are on or in, and are no packages.
_NO_PACKAGES = ("operating-system", "file")
Object = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """Hold what a scanner is asked about.

    Args:
        ecosystem: whose advisories, by OSV's name for it.
        name: as they have it.
        version: as they have it.
        purl: its package URL, by that name.
    """

    ecosystem: str
    name: str
    version: str
    purl: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Hold what one SBOM lists.

    Args:
        packages: what can be asked about, each once.
        unseen: what cannot, by the reason.
    """

    packages: tuple[Package, ...]
    unseen: Mapping[str, tuple[str, ...]]


def read(document: Object) -> Contents:
    """Read an SBOM."""
    packages: set[Package] = set()
    unseen: dict[str, set[str]] = {}
    for component in _components(document):
        found = _package(component)
        if isinstance(found, Package):
            packages.add(found)
        else:
            unseen.setdefault(found, set()).add(_called(component))
    named = {reason: tuple(sorted(names)) for reason, names in sorted(unseen.items())}
    return Contents(tuple(sorted(packages)), named)


def _components(listed: Object) -> Iterator[Object]:
    for component in listed.get("components") or ():
        if component.get("type") not in _NO_PACKAGES:
            yield component
        yield from _components(component)


def _package(component: Object) -> Package | str:
    """Name a component anew, or say why nobody can be asked about it."""
    url = str(component.get("purl") or "")
    if not url.startswith("pkg:") or "/" not in url:
        return "without a package URL"
    path, _, qualified = url.removeprefix("pkg:").partition("#")[0].partition("?")
    kind, *above, last = path.split("/")
    name, _, version = (unquote(it) for it in last.partition("@"))
    version = version or str(component.get("version") or "")
    # A plus is one there, and no blank.
    pairs = (pair.partition("=") for pair in qualified.split("&"))
    qualifiers = {key: unquote(value) for key, _, value in pairs}
    space = unquote("/".join(above))
    ecosystem = _ECOSYSTEMS.get((kind, space if kind in _OF_SYSTEMS else ""), "")
    if not ecosystem:
        return f"of a kind without advisories ({kind})"
    if kind in _OF_SYSTEMS:
        if not qualifiers.get("distro"):
            return "without the release of its distribution"
        source, _, of_source = qualifiers.get("upstream", "").partition("@")
        name, version = source or name, of_source or version
    else:
        name, version = _in_words_of(ecosystem, space, name, version)
    if not name or not version:
        return "without a version"
    return Package(ecosystem, name, version, _purl(kind, space, name, version, qualifiers))


def _in_words_of(ecosystem: str, space: str, name: str, version: str) -> tuple[str, str]:
    if ecosystem == "PyPI":
        return _SEPARATORS.sub("-", name).lower(), version
    if ecosystem == "RubyGems":
        return name, version.partition("-")[0]
    if ecosystem == "Go":
        version = version.removeprefix("v")
    return f"{space}{':' if ecosystem == 'Maven' else '/'}{name}" if space else name, version


def _purl(kind: str, space: str, name: str, version: str, qualifiers: Mapping[str, str]) -> str:
    if kind not in _OF_SYSTEMS:
        path = quote(name.replace(":", "/") if kind == "maven" else name)
        return f"pkg:{kind}/{path}@{quote(version, safe='')}"
    distro = quote(qualifiers["distro"], safe="")
    return f"pkg:{kind}/{space}/{quote(name)}@{quote(version, safe='')}?distro={distro}"


def _called(component: Object) -> str:
    parts = (str(component.get(key) or "") for key in ("name", "version"))
    return " ".join(filter(None, parts)) or "a component without a name"


def document(contents: Contents) -> str:
    """Write what is asked about as CycloneDX."""
    components = [
        {"type": "library", "name": it.name, "version": it.version, "purl": it.purl}
        for it in contents.packages
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": components})
