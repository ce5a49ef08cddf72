"""Apply Secrets to a cluster; run inside a step, with the order as JSON on standard input.

Standard library only. Values are read from the files that variables name, or made here where the
cluster has none yet, and go to kubectl over its standard input: never into an argument, never into
what is printed. Standard output is JSON: for each Secret its name, its keys and whether it changed.
With --check the values are looked at, and nothing else is done.

Where what reads a Secret does not serve with its new values, the former ones come back. Until one
of the two is certain they lie in a Secret of their own, so that a run that is killed between them
loses nothing: the next one goes back to those, not to what the killed one had applied.
"""

import base64
import json
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from .database_url import DatabaseUrlError, parse
from .kubectl import KubectlError, kubectl
from .restart import restart

REFUSED = 5  # exit code: a value cannot work; nothing was changed
RESTORED = 3  # exit code: what reads the new values did not serve; with the former ones it does
NOT_BACK = 4  # exit code: it does not serve with the former values either
ACCEPTED_URL = "postgresql://user:password@host:5432/name?sslmode=verify-full"
URL_GUIDE = "backend/README.md lists what it may say"
FORMER = "secrets-former"
# Where the chart's database.authority is, in every pod that reads the URL.
AUTHORITY_FILE = "/etc/todo/database-authority.pem"
ROLLOUT_SECONDS = 120

Data = dict[str, str]
# By the names of Secrets; None for one that was not there.
Former = dict[str, "Data | None"]


def main() -> int:
    """Apply each Secret, restart what reads one that changed, and take back what does not serve."""
    order = json.load(sys.stdin)
    namespace = order["namespace"]
    names = [secret["name"] for secret in order["secrets"]]
    try:
        refuse_what_cannot_work(order["secrets"])
    except DatabaseUrlError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    if sys.argv[1:] == ["--check"]:
        return 0
    try:
        interrupted, former = keep_former(namespace, names)
        changed = apply(namespace, order["secrets"])
        # What a killed run applied does not change again, and may have been read by no pod yet.
        reread = interrupted or any(
            secret["restart"] for secret in order["secrets"] if secret["name"] in changed
        )
    except KubectlError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    try:
        restarted = renew(namespace, order["restart"]) if reread else []
    except KubectlError as error:
        sys.stderr.write(f"{error}\n")
        return restore(order, former)
    forget_former(namespace)
    applied = [
        {"name": s["name"], "keys": sorted(s["keys"]), "changed": s["name"] in changed}
        for s in order["secrets"]
    ]
    json.dump({"secrets": applied, "restarted": restarted}, sys.stdout)
    return 0


def refuse_what_cannot_work(wanted: "list[dict[str, Any]]") -> None:
    """Read each value once, while a working Secret is still untouched."""
    for secret in wanted:
        for value in secret["keys"].values():
            if "database_url" in value:
                _value(value)


def database_url_for_pods(text: str, *, verified: bool = False) -> str:
    """Spell a URL so that backend, frontend and sidecar read the same.

    Args:
        text: as it was given.
        verified: True to refuse one without TLS that proves who answers.

    Raises:
        DatabaseUrlError: naming the part that is wrong, or that no pod has.
    """
    url = parse(text)
    if url.is_socket:
        raise DatabaseUrlError("host: no pod has the socket; accepted is a name or an address")
    if url.sslrootcert not in (None, AUTHORITY_FILE):
        raise DatabaseUrlError(
            f"sslrootcert: no pod has the file; accepted is system, or {AUTHORITY_FILE}, which "
            "the chart makes of database.authority"
        )
    if verified and url.sslmode != "verify-full":
        raise DatabaseUrlError(
            f"sslmode: {url.sslmode} does not check who answers; accepted is verify-full, or "
            "--allow-unverified-database where nobody else can"
        )
    return url.render()


def keep_former(namespace: str, names: "list[str]") -> "tuple[bool, Former]":
    """Return whether a run was killed before, and what served before both: kept in the cluster.

    What a killed run kept is older than what is there now; of what it did not touch, that counts.
    """
    record = _read(namespace, [FORMER]).get(FORMER)
    former: Former = {name: json.loads(_decoded(it)) for name, it in (record or {}).items()}
    if record is not None:
        sys.stderr.write("an earlier run was interrupted; the values before it are kept\n")
    further = [name for name in names if name not in former]
    there = _read(namespace, further)
    former.update({name: there.get(name) for name in further})
    data = {name: _encoded(json.dumps(values)) for name, values in former.items()}
    _apply(namespace, [_secret(namespace, FORMER, "Opaque", data)])
    return record is not None, former


def forget_former(namespace: str) -> None:
    """Remove the kept values; what cannot be removed is still right the next time."""
    with suppress(KubectlError):
        _kubectl(namespace, "delete", "secret", FORMER, "--ignore-not-found")


def restore(order: "dict[str, Any]", former: Former) -> int:
    """Bring the former values back, those that a killed run changed too, and what reads them."""
    namespace = order["namespace"]
    kinds = {secret["name"]: secret["type"] for secret in order["secrets"]}
    made = [name for name, data in former.items() if data is None]
    try:
        kinds |= _kinds(namespace, [name for name in former if name not in kinds])
        items = [
            _secret(namespace, name, kinds.get(name, "Opaque"), data)
            for name, data in former.items()
            if data is not None
        ]
        if items:
            _apply(namespace, items)
        if made:
            _kubectl(namespace, "delete", "secret", *made, "--ignore-not-found")
        renew(namespace, order["restart"])
    except KubectlError as error:
        sys.stderr.write(f"with the former values: {error}\n")
        return NOT_BACK
    forget_former(namespace)
    return RESTORED


def apply(namespace: str, wanted: "list[dict[str, Any]]") -> "set[str]":
    """Apply the Secrets and name those that changed, which the server alone can tell."""
    names = [secret["name"] for secret in wanted]
    before = _versions(namespace, names)
    kept = _read(namespace, [secret["name"] for secret in wanted if _may_keep(secret)])
    _apply(namespace, [_manifest(namespace, secret, kept) for secret in wanted])
    after = _versions(namespace, names)
    return {name for name in names if after.get(name) != before.get(name)}


def renew(namespace: str, selector: str) -> "list[str]":
    """Restart the Deployments there are, and wait until they serve again."""
    listed = _kubectl(namespace, "get", "deployments", "-l", selector, "-o", "name").split()
    restart(namespace, listed, ROLLOUT_SECONDS)
    return listed


def _manifest(namespace: str, secret: "dict[str, Any]", kept: dict[str, Data]) -> "dict[str, Any]":
    old = kept.get(secret["name"], {})
    data = {
        key: old[key] if key in old and _stays(wanted, old[key]) else _encoded(_value(wanted))
        for key, wanted in secret["keys"].items()
    }
    return _secret(namespace, secret["name"], secret["type"], data)


def _stays(wanted: "dict[str, Any]", old: str) -> bool:
    # What was made once stays: whoever reads it would otherwise lose it with each run. So does a
    # URL that means the same: a release of before may know no other spelling.
    if "database_url" not in wanted:
        return "random" in wanted
    try:
        return parse(_decoded(old)) == parse(_value(wanted))
    except DatabaseUrlError:
        return False


def _secret(namespace: str, name: str, kind: str, data: Data) -> "dict[str, Any]":
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": kind,
        "data": data,
    }


def _apply(namespace: str, items: "list[dict[str, Any]]") -> None:
    manifest = {"apiVersion": "v1", "kind": "List", "items": items}
    arguments = ["--server-side", "--field-manager=todo-ci", "--force-conflicts", "-f", "-"]
    _kubectl(namespace, "apply", *arguments, stdin=json.dumps(manifest))


def _may_keep(secret: "dict[str, Any]") -> bool:
    return any({"random", "database_url"} & set(wanted) for wanted in secret["keys"].values())


def _read(namespace: str, names: "list[str]") -> dict[str, Data]:
    """Read the Secrets there are, still encoded."""
    return {s["metadata"]["name"]: s.get("data") or {} for s in _get(namespace, names)}


def _kinds(namespace: str, names: "list[str]") -> "dict[str, str]":
    return {s["metadata"]["name"]: s["type"] for s in _get(namespace, names)}


def _get(namespace: str, names: "list[str]") -> "list[dict[str, Any]]":
    if not names:
        return []
    text = _kubectl(namespace, "get", "secret", *names, "--ignore-not-found", "-o", "json")
    found: dict[str, Any] = json.loads(text) if text.strip() else {"items": []}
    return found.get("items", [found])


def _value(wanted: "dict[str, Any]") -> str:
    """Read a value, make one, or make the file that lets the kubelet pull from a registry."""
    if "random" in wanted:
        return secrets.token_urlsafe(wanted["random"])
    if "text" in wanted:
        return wanted["text"]
    value = Path(os.environ[wanted["file"]]).read_text(encoding="utf-8").strip()
    if "database_url" in wanted:
        return database_url_for_pods(value, verified=wanted["database_url"]["verified"])
    if "registry" not in wanted:
        return value
    login = {"username": wanted["username"], "password": value}
    auth = _encoded(f"{wanted['username']}:{value}")
    return json.dumps({"auths": {wanted["registry"]: {**login, "auth": auth}}})


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode()


def _versions(namespace: str, names: "list[str]") -> "dict[str, str]":
    columns = "-o=custom-columns=N:.metadata.name,V:.metadata.resourceVersion"
    listed = _kubectl(
        namespace, "get", "secret", *names, "--ignore-not-found", "--no-headers", columns
    )
    return {line.split()[0]: line.split()[1] for line in listed.splitlines()}


def _kubectl(namespace: str, *arguments: str, stdin: str = "") -> str:
    try:
        return kubectl("--namespace", namespace, *arguments, stdin=stdin)
    except KubectlError as error:
        raise KubectlError(f"kubectl {' '.join(arguments[:3])}: {error}") from None


if __name__ == "__main__":
    raise SystemExit(main())
