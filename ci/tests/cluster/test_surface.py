"""What a pod may do with its sidecar: what the chart gives it, and nothing beside."""

import json
from typing import Any

import lab
import pytest

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("two_replicas")]

_ASK = """
import json, os, sys, urllib.error, urllib.request

def ask(path):
    try:
        with urllib.request.urlopen("http://127.0.0.1:3500" + path, timeout=10) as answer:
            return answer.status, sorted(json.load(answer))
    except urllib.error.HTTPError as error:
        return error.code, json.load(error).get("errorCode")

mounted = os.path.exists("/var/run/secrets/kubernetes.io/serviceaccount")
print(json.dumps({"mounted": mounted, **{path: ask(path) for path in sys.argv[1:]}}))
"""
# The frontend's image has no Python.
_ASK_NODE = """
const results = {};
for (const path of process.argv.slice(1)) {
  const answer = await fetch("http://127.0.0.1:3500" + path);
  results[path] = [answer.status, (await answer.json()).errorCode];
}
console.log(JSON.stringify(results));
"""
_SECRETS = "/v1.0/secrets/kubernetes-secrets"
_INVOKE = "/v1.0/invoke/todo-backend/method"


def inside(component: str, *command: str) -> dict[str, Any]:
    """Run a command that prints JSON in a component's own container."""
    deployment = f"deployment/{lab.RELEASE}-{component}"
    where = ("kubectl", "-n", lab.NAMESPACE, "exec", deployment, "-c", component)
    return json.loads(lab.admin(*where, "--", *command))


def test_the_backend_is_given_its_own_secret_and_no_other() -> None:
    others = [f"{_SECRETS}/kafka-secrets", "/v1.0/secrets/kubernetes/kafka-secrets"]
    answers = inside("backend", "python3", "-c", _ASK, f"{_SECRETS}/app-secrets", *others)
    assert answers[f"{_SECRETS}/app-secrets"] == [200, ["better-auth-secret", "database-url"]]
    assert answers[others[0]] == [403, "ERR_PERMISSION_DENIED"]
    # Not even loaded: there is one way to secrets, and it has scopes.
    assert answers[others[1]][1] == "ERR_SECRET_STORE_NOT_FOUND"
    # The sidecar reads for it; the app holds no key to the Kubernetes API.
    assert answers["mounted"] is False


def test_the_account_of_the_sidecar_may_get_one_secret_by_name() -> None:
    def may(verb: str, what: str) -> str:
        account = f"system:serviceaccount:{lab.NAMESPACE}:{lab.RELEASE}"
        where = ("kubectl", "-n", lab.NAMESPACE, "auth", "can-i", verb, what, "--as", account)
        return lab.admin(*where, check=False).strip()

    assert may("get", "secret/app-secrets") == "yes"
    assert {may("get", "secret/kafka-secrets"), may("list", "secrets")} == {"no"}


def test_the_frontends_sidecar_reaches_neither_secrets_nor_events_nor_the_backend() -> None:
    """Through sidecars, /events, /job and /internal would be called with the app's own token."""
    own = (f"{_INVOKE}/internal/reminder-sweep", f"{_INVOKE}/job/any")
    paths = [f"{_SECRETS}/app-secrets", *own]
    answers = inside("frontend", "node", "--input-type=module", "-e", _ASK_NODE, "--", *paths)
    assert answers[paths[0]] == [500, "ERR_SECRET_STORES_NOT_CONFIGURED"]
    for path in own:
        assert answers[path] == [403, "ERR_DIRECT_INVOKE"]
