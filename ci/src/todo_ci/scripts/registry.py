"""Ask a registry whether it takes a login, and what some images are for and say of themselves.

Standard library only; sent into a step as one file, with the order as JSON on standard input. The
password is read from the file that REGISTRY_PASSWORD_FILE names, and only sent to the registry and
to the token service that the registry names. The answer is one JSON object.
"""

import base64
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

Object = dict[str, Any]

MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


_EMPTY: Object = {"status": 200, "error": "", "body": {}}


class Registry:
    """Read one registry, with a login or without."""

    def __init__(self, host: str, scheme: str, login: str) -> None:
        """Bind to a host; the login is ``name:password``, or empty."""
        self._base = f"{scheme}://{host}/v2/"
        self._scheme = scheme
        self._basic = f"Basic {base64.b64encode(login.encode()).decode()}" if login else ""

    def get(self, path: str) -> Object:
        """Ask for a path below /v2/, signing in where the registry wants it."""
        return self._ask(path, "")

    def _ask(self, path: str, authorization: str) -> Object:
        try:
            return self._read(self._base + path, authorization)
        except urllib.error.HTTPError as error:
            proof = "" if authorization else self._proof(error.headers.get("www-authenticate", ""))
            if error.code == 401 and proof:
                return self._ask(path, proof)
            return {"status": error.code, "error": f"HTTP {error.code}"}
        except (OSError, ValueError) as error:
            return {"status": 0, "error": str(getattr(error, "reason", error))}

    def _read(self, url: str, authorization: str) -> Object:
        request = urllib.request.Request(url, headers={"Accept": MANIFESTS})  # noqa: S310 - given
        if authorization:
            # Not sent on to where a registry keeps its blobs.
            request.add_unredirected_header("Authorization", authorization)
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            body = response.read(1_000_000)
            kind = response.headers.get_content_type()
        try:
            return {"status": 200, "error": "", "body": json.loads(body or b"{}")}
        except ValueError:
            # Who asks a web site hears 200 as well.
            page = f"{urllib.parse.urlsplit(url).netloc} answers {kind}, as no registry does"
            return {"status": 0, "error": page} if kind == "text/html" else _EMPTY

    def _proof(self, challenge: str) -> str:
        """Answer what a registry asks for: the login itself, or a token bought with it."""
        kind, _, text = challenge.partition(" ")
        if kind.lower() == "basic":
            return self._basic
        asked = dict(re.findall(r'(\w+)="([^"]*)"', text))
        realm = asked.pop("realm", "")
        if kind.lower() != "bearer" or not realm.startswith(f"{self._scheme}://"):
            return ""
        try:
            body = self._read(f"{realm}?{urllib.parse.urlencode(asked)}", self._basic)["body"]
        except (OSError, KeyError):
            return ""
        token = body.get("token") or body.get("access_token", "")
        return f"Bearer {token}" if token else ""


def describe(registry: Registry, repository: str, digest: str) -> Object:
    """Say for which platforms an image is there, by which digest each, and with which labels."""
    found = registry.get(f"{repository}/manifests/{digest}")
    body: Object = found.pop("body", {})
    named = {_platform(one.get("platform", {})): one for one in body.get("manifests", [])}
    named.pop("unknown/unknown", None)
    first = next(iter(named.values()), None)
    if first:
        body = registry.get(f"{repository}/manifests/{first['digest']}").get("body", {})
    config: Object = {}
    if "config" in body:
        config = registry.get(f"{repository}/blobs/{body['config']['digest']}").get("body", {})
    alone = {_platform(config): digest} if config else {}
    manifests = {name: one["digest"] for name, one in named.items()} or alone
    return {
        **found,
        "platforms": sorted(manifests),
        "manifests": manifests,
        "labels": config.get("config", {}).get("Labels") or {},
    }


def _platform(said: Object) -> str:
    return f"{said.get('os')}/{said.get('architecture')}"


def connect(order: Object, host: str) -> Registry:
    """Return a registry, with the login of the order where that is for it."""
    password = os.environ.get("REGISTRY_PASSWORD_FILE", "")
    login = ""
    # The login is for one host alone.
    if order["username"] and password and host == order["host"]:
        login = f"{order['username']}:{Path(password).read_text(encoding='utf-8').strip()}"
    return Registry(host, "http" if order["plain_http"] else "https", login)


def describe_image(order: Object, reference: str) -> Object:
    """Describe an image, named by its digest, in the registry that its name begins with."""
    name, _, digest = reference.partition("@")
    host, _, repository = name.partition("/")
    return describe(connect(order, host), repository, digest)


def main() -> int:
    """Do what the order on standard input says."""
    order = json.load(sys.stdin)
    answer = connect(order, order["host"]).get("")
    answer.pop("body", None)
    images = {reference: describe_image(order, reference) for reference in order["images"]}
    print(json.dumps({**answer, "images": images}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
