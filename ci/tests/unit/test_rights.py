"""The pipeline asks for exactly what its Role grants, before it starts."""

from pathlib import Path
from typing import Any

import yaml

from todo_ci.cluster import RIGHTS

ROLE = Path(__file__).parents[3] / "infra/oke/pipeline-rbac.yaml"


def test_what_is_asked_for_is_what_the_role_grants() -> None:
    documents: list[dict[str, Any]] = list(yaml.safe_load_all(ROLE.read_text()))
    (role,) = [document for document in documents if document["kind"] == "Role"]
    granted = [
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]
    asked = [(right.group, right.resource, verb) for right in RIGHTS for verb in right.verbs]
    assert sorted(granted) == sorted(asked)
    assert len(set(granted)) == len(granted)
