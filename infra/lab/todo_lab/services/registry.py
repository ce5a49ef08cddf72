"""Run the image registry and fill it with the base images the Dockerfiles name."""

import base64
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from todo_lab import files, paths
from todo_lab.build import base_images
from todo_lab.errors import LabError
from todo_lab.secrets import secret
from todo_lab.services import supervisor

DATA = paths.STATE / "registry"
_CONFIG = paths.STATE / "registry.yml"
_HTPASSWD = paths.STATE / "registry.htpasswd"
_MANIFESTS = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"


def config() -> str:
    """Return the registry's configuration: plain HTTP on the node's address, a password for all."""
    return f"""\
version: 0.1
log:
  level: warn
  accesslog: {{disabled: true}}
storage:
  filesystem: {{rootdirectory: {DATA}}}
  delete: {{enabled: true}}
http:
  addr: {paths.REGISTRY}
  secret: {secret(paths.STATE / "registry-http-secret")}
auth:
  htpasswd: {{realm: todo-lab, path: {_HTPASSWD}}}
"""


def configure() -> supervisor.Service:
    """Write the registry's files and those of its clients; return the service."""
    password = secret(paths.REGISTRY_PASSWORD)
    if not _HTPASSWD.exists():
        argv = ("htpasswd", "-niB", paths.REGISTRY_USER)
        made = subprocess.run(argv, input=password, capture_output=True, text=True, check=True)
        files.write(_HTPASSWD, made.stdout.strip() + "\n", mode=0o600)
    files.write(_CONFIG, config(), mode=0o600)
    files.write(paths.AUTH_JSON, auth_json(password), mode=0o600)
    files.write(paths.REGISTRIES_CONF, registries_conf(), mode=0o600)
    return supervisor.Service(
        name="registry",
        argv=("/usr/bin/docker-registry", "serve", str(_CONFIG)),
        files=(_CONFIG, _HTPASSWD),
    )


def auth_json(password: str) -> str:
    """Return the credential file that skopeo and buildah read."""
    return json.dumps({"auths": {paths.REGISTRY: {"auth": _basic(password)}}})


def registries_conf() -> str:
    """Return the configuration that lets Docker Hub's names be found in the lab's registry first.

    So Dockerfiles say `FROM python:…` as users expect. The last table is for todo-ci: under these
    names are the lab's own images, which no digest of Docker Hub fits.
    """
    own = [f"docker.io/{base.name}" for base in base_images.ALL]
    return f"""\
unqualified-search-registries = ["docker.io"]

[[registry]]
prefix = "docker.io"
location = "docker.io"

[[registry.mirror]]
location = "{paths.REGISTRY}"
insecure = true

[[registry]]
location = "{paths.REGISTRY}"
insecure = true

[todo-ci]
own-images = {json.dumps(own)}
"""


def wait(seconds: float = 20) -> None:
    """Wait until the registry answers."""
    until = time.monotonic() + seconds
    while _status("/v2/")[0] != 200:
        if time.monotonic() > until or not supervisor.running("registry"):
            raise LabError(
                "the registry does not answer:\n" + supervisor.log_tail("registry"),
                "./do lab logs registry",
            )
        time.sleep(0.1)


def push(layouts: dict[str, Path]) -> list[str]:
    """Push the base images (name:tag to OCI layout) that the registry lacks; return those."""
    missing = [name for name, layout in layouts.items() if _served_digest(name) != digest(layout)]
    for name in missing:
        argv = (
            "skopeo",
            "copy",
            "--quiet",
            "--all",
            "--preserve-digests",
            "--dest-tls-verify=false",
            "--dest-authfile",
            str(paths.AUTH_JSON),
            f"oci:{layouts[name]}:latest",
            f"docker://{paths.REGISTRY}/{name}",
        )
        # Temporary blobs would land in /var/tmp, which a small root file system may not hold.
        environment = os.environ | {"TMPDIR": str(paths.STATE)}
        done = subprocess.run(argv, check=False, capture_output=True, text=True, env=environment)
        if done.returncode != 0:
            raise LabError(
                f"push of {name} failed: {done.stderr.strip()}", "./do lab logs registry"
            )
    return missing


def digest(layout: Path) -> str:
    """Return the digest of an OCI layout's one image."""
    index = json.loads((layout / "index.json").read_text())
    return index["manifests"][0]["digest"]


def _served_digest(name: str) -> str | None:
    repository, _, tag = name.partition(":")
    return _status(f"/v2/{repository}/manifests/{tag}")[1]


def _status(path: str) -> tuple[int, str | None]:
    asked = urllib.request.Request(f"http://{paths.REGISTRY}{path}", method="HEAD")
    asked.add_header("Accept", _MANIFESTS)
    asked.add_header("Authorization", "Basic " + _basic(secret(paths.REGISTRY_PASSWORD)))
    # The machine's proxy settings must not send the lab's own address elsewhere.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=5) as answer:
            return answer.status, answer.headers.get("Docker-Content-Digest")
    except urllib.error.HTTPError as error:
        return error.code, None
    except OSError:
        return 0, None


def _basic(password: str) -> str:
    return base64.b64encode(f"{paths.REGISTRY_USER}:{password}".encode()).decode()
