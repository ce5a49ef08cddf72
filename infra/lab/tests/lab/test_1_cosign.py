"""The lab's cosign signs and verifies by key on the lab's registry, without any other service."""

import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from machine import STATE

from todo_lab import paths, versions

pytestmark = pytest.mark.lab
COSIGN = STATE / "bin" / "cosign"
# Services to ask, and roots to trust: none.
SIGNING = '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json"}'
TRUSTED = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}'
OFFLINE = ("--signing-config=signing.json", "--trusted-root=trusted.json", "--yes")


def cosign(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run cosign in `folder`, which has its keys and its password of the registry."""
    environment = {
        "PATH": os.environ["PATH"],
        "COSIGN_PASSWORD": "",
        "DOCKER_CONFIG": str(folder),
        "HTTPS_PROXY": "http://127.0.0.1:9",  # the discard port: what leaves the machine fails
    }
    return subprocess.run(
        [str(COSIGN), *arguments], cwd=folder, env=environment, check=False, timeout=60,
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip


def verified(folder: Path, key: str, image: str) -> subprocess.CompletedProcess[str]:
    return cosign(folder, "verify", f"--key={key}.pub", "--insecure-ignore-tlog=true", image)


@pytest.fixture
def keys(lab: object, tmp_path: Path) -> Path:
    """Return a folder with two pairs of keys, `ours` and `foreign`."""
    shutil.copyfile(STATE / "auth.json", tmp_path / "config.json")
    for name in ("ours", "foreign"):
        made = cosign(tmp_path, "generate-key-pair", f"--output-key-prefix={name}")
        assert made.returncode == 0, made.stderr
    (tmp_path / "signing.json").write_text(SIGNING)
    (tmp_path / "trusted.json").write_text(TRUSTED)
    return tmp_path


@pytest.fixture
def image(keys: Path) -> Generator[str]:
    """Return an image of the registry that nobody has signed."""
    name = f"{paths.REGISTRY}/{paths.GO_BASE}"
    ask = ("skopeo", "inspect", "--tls-verify=false", f"--authfile={STATE / 'auth.json'}")
    argv = (*ask, "--format={{.Digest}}", f"docker://{name}")
    digest = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()
    yield f"{name.rpartition(':')[0]}@{digest}"
    cosign(keys, "clean", "--force", "--type=all", f"{name.rpartition(':')[0]}@{digest}")


def test_it_is_of_its_version(lab: object):
    done = subprocess.run([str(COSIGN), "version"], check=True, capture_output=True, text=True)
    assert f"GitVersion:    v{versions.COSIGN}" in done.stdout.splitlines()


def test_what_was_signed_is_verified_and_nothing_else(keys: Path, image: str):
    assert verified(keys, "ours", image).returncode == 10, "it was signed before"
    signed = cosign(keys, "sign", "--key=ours.key", *OFFLINE, image)
    assert signed.returncode == 0, signed.stderr
    found = verified(keys, "ours", image)
    assert found.returncode == 0, found.stderr
    assert image.partition("@")[2] in found.stdout
    refused = verified(keys, "foreign", image)
    assert refused.returncode != 0
    assert "could not verify envelope" in refused.stderr


def test_a_key_in_a_cluster_is_refused_by_name(keys: Path, image: str):
    refused = cosign(keys, "sign", "--key=k8s://todo/key", *OFFLINE, image)
    assert refused.returncode != 0
    assert "built without keys in Kubernetes; name a file" in refused.stderr
