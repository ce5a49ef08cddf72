"""A scanner is asked by the names that advisories have, and what it cannot be asked is said."""

import json
from typing import Any

import pytest
from fake_osv import DEBIAN, PYTHON, sbom

from todo_ci.scan import packages


def only(purl: str, **qualities: Any) -> packages.Package:
    found = packages.read(sbom(purl, **qualities))
    assert not found.unseen
    (package,) = found.packages
    return package


@pytest.mark.parametrize(
    ("purl", "ecosystem", "name", "version"),
    [
        (DEBIAN, "Debian", "zlib", "1:1.2.11"),
        ("pkg:deb/debian/bash@5.2-1?distro=debian-13", "Debian", "bash", "5.2-1"),
        ("pkg:deb/debian/libgcc-s1@14.2-19?distro=debian-13&upstream=gcc-14%4014.2-18%2Bx",
         "Debian", "gcc-14", "14.2-18+x"),
        ("pkg:deb/debian/a@1?distro=debian-13&upstream=gtk+3", "Debian", "gtk+3", "1"),
        ("pkg:deb/ubuntu/bash@5?distro=ubuntu-24.04", "Ubuntu", "bash", "5"),
        ("pkg:apk/alpine/libssl3@3.3.2-r0?distro=alpine-3.20.3&upstream=openssl",
         "Alpine", "openssl", "3.3.2-r0"),
        ("pkg:pypi/Foo_Bar.baz@1.0", "PyPI", "foo-bar-baz", "1.0"),
        ("pkg:npm/%40babel/traverse@7.23.1", "npm", "@babel/traverse", "7.23.1"),
        ("pkg:npm/@babel/traverse@7.23.1", "npm", "@babel/traverse", "7.23.1"),
        ("pkg:golang/github.com/a/b@v1.2.3#cmd", "Go", "github.com/a/b", "1.2.3"),
        ("pkg:maven/org.apache/log4j@2.14.0", "Maven", "org.apache:log4j", "2.14.0"),
        ("pkg:gem/nokogiri@1.18.1-x86_64-linux", "RubyGems", "nokogiri", "1.18.1"),
        ("pkg:composer/monolog/monolog@1.0", "Packagist", "monolog/monolog", "1.0"),
        ("pkg:cargo/time@0.1.0", "crates.io", "time", "0.1.0"),
    ],
)  # fmt: skip
def test_a_package_goes_by_the_name_of_its_advisories(
    purl: str, ecosystem: str, name: str, version: str
) -> None:
    found = only(purl)
    assert (found.ecosystem, found.name, found.version) == (ecosystem, name, version)
    # Its own package URL is about the same one.
    assert only(found.purl) == found


def test_the_release_of_a_distribution_stays_as_advisories_differ_by_it() -> None:
    assert only(DEBIAN).purl == "pkg:deb/debian/zlib@1%3A1.2.11?distro=debian-13"


def test_where_they_differ_the_version_is_that_of_the_package_url() -> None:
    assert only("pkg:golang/stdlib@1.26.8", version="go1.26.8").version == "1.26.8"
    assert only("pkg:cargo/time", version="0.1").version == "0.1"


@pytest.mark.parametrize(
    ("purl", "reason"),
    [
        ("", "without a package URL"),
        ("urllib3", "without a package URL"),
        ("pkg:pypi/urllib3", "without a version"),
        ("pkg:pypi/@1", "without a version"),
        ("pkg:generic/python@3.13", "of a kind without advisories (generic)"),
        ("pkg:rpm/fedora/curl@8?distro=fedora-40", "of a kind without advisories (rpm)"),
        ("pkg:deb/devuan/bash@5?distro=devuan-5", "of a kind without advisories (deb)"),
        ("pkg:deb/debian/bash@5", "without the release of its distribution"),
        ("pkg:urllib3", "without a package URL"),
    ],
)
def test_what_nobody_can_be_asked_about_is_said_with_the_reason(purl: str, reason: str) -> None:
    found = packages.read(sbom(purl, name="it"))
    assert found.packages == ()
    assert found.unseen == {reason: ("it",)}


def test_what_packages_are_on_is_no_package() -> None:
    assert packages.read(sbom("", type="operating-system")).unseen == {}
    assert packages.read({}) == packages.Contents((), {})


def test_a_package_in_another_one_is_looked_at_too() -> None:
    outer = sbom("pkg:generic/app@1", name="app", version="1", components=[{"purl": PYTHON}])
    found = packages.read(outer)
    assert [it.name for it in found.packages] == ["urllib3"]
    assert found.unseen == {"of a kind without advisories (generic)": ("app 1",)}


def test_each_is_asked_about_once_and_written_as_a_scanner_reads_it() -> None:
    binaries = (DEBIAN, DEBIAN.replace("zlib1g", "zlib1g-dev"), PYTHON)
    found = packages.read(sbom(*binaries))
    written = json.loads(packages.document(found))
    assert written["bomFormat"] == "CycloneDX"
    assert [(it["name"], it["version"]) for it in written["components"]] == [
        ("zlib", "1:1.2.11"), ("urllib3", "2.2.1"),
    ]  # fmt: skip
