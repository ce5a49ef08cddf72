"""Ask the cluster for each right that a Role names; sent into a step with ``kubectl.py``.

Standard library only. kubectl reads the Role's YAML, and one SelfSubjectAccessReview a verb and
resource asks the API server itself. The answer is one JSON list;
``todo_ci.preflight.judgements`` judges it.

    python3 -m scripts.access.review_access --namespace NAME --role infra/oke/pipeline-rbac.yaml
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from ..kubectl import KubectlError, kubectl

Object = dict[str, Any]


def create(*options: str, stdin: str = "") -> "list[Object]":
    """Let kubectl create something, and return the objects that it prints."""
    made = kubectl("create", "--validate=false", "--output=json", *options, stdin=stdin, timeout=50)
    return list(documents(made))


def documents(text: str) -> Iterator[Object]:
    """Read JSON objects that stand one after the other, and the items of lists among them."""
    decoder, position = json.JSONDecoder(), 0
    text = text.strip()
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        yield from value["items"] if value["kind"].endswith("List") else [value]
        while position < len(text) and text[position].isspace():
            position += 1


def rights(role: Object) -> "list[Object]":
    """List each verb on each resource of a Role."""
    return [
        {"group": group, "resource": resource, "verb": verb}
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]


def review(namespace: str, right: Object) -> Object:
    """Ask whether this user has a right."""
    resource, _, part = right["resource"].partition("/")
    asked = {**right, "namespace": namespace, "resource": resource, "subresource": part}
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": asked},
    }


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Print each right with the cluster's answer."""
    parser = argparse.ArgumentParser(description="Ask the cluster for the rights of a Role.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--role", help="without one, nothing is asked")
    given = parser.parse_args(arguments)
    try:
        if not given.role:
            print("[]")
            return 0
        made = create("--dry-run=client", "--filename", given.role)
        asked = [right for item in made if item["kind"] == "Role" for right in rights(item)]
        reviews = [review(given.namespace, right) for right in asked]
        whole = json.dumps({"apiVersion": "v1", "kind": "List", "items": reviews})
        answers = create("--filename", "-", stdin=whole)
    except KubectlError as error:
        print(error, file=sys.stderr)
        return 1
    answered = zip(asked, answers, strict=True)
    print(json.dumps([{**r, "allowed": a["status"].get("allowed", False)} for r, a in answered]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
