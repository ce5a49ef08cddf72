"""An identity domain: the users, groups, applications and trusts of one, as SCIM has them."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import oci.identity_domains.models as models
from models import fault
from state import RefusedError

Resource = dict[str, Any]
# Of each kind: the SDK's class, and the attribute that no two have in common.
KINDS = {
    "Users": ("User", "userName"),
    "Groups": ("Group", "displayName"),
    "Apps": ("App", "displayName"),
    "IdentityPropagationTrusts": ("IdentityPropagationTrust", "name"),
}
_USER = "urn:ietf:params:scim:schemas:oracle:idcs:extension:user:User"
SECRET = "secret-of-a-client"


@dataclass(slots=True)
class Domain:
    """Hold what is in the domain, by kind and id."""

    resources: dict[str, dict[str, Resource]] = field(
        default_factory=lambda: {kind: {} for kind in KINDS}
    )
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def read(self, path: str, query: dict[str, str]) -> Any:
        """Return one resource, or those that a filter fits."""
        kind, _, key = path.partition("/")
        if kind not in KINDS:
            raise RefusedError(404, "NotFound", f"the double's domain has no {path}")
        if key:
            if key not in self.resources[kind]:
                raise RefusedError(404, "NotFound", f"{kind} {key} is not there")
            return self.resources[kind][key]
        found = list(self.resources[kind].values())
        if asked := query.get("filter"):
            parsed = re.fullmatch(r'(\w+) eq "([^"]*)"', asked)
            if not parsed:
                raise RefusedError(400, "InvalidFilter", f"the double cannot read {asked!r}")
            found = [it for it in found if it.get(parsed[1]) == parsed[2]]
        return {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": len(found),
            "itemsPerPage": len(found),
            "startIndex": 1,
            "Resources": found,
        }

    def create(self, kind: str, body: Any) -> Resource:
        """Make a resource, unless its model, its likes or what it refers to forbid it."""
        cls, unique = KINDS[kind]
        if wrong := fault(models, cls, body):
            raise RefusedError(400, "InvalidParameter", wrong)
        if any(it[unique] == body[unique] for it in self.resources[kind].values()):
            raise RefusedError(409, "Conflict", f"there is a {cls} {body[unique]!r} already")
        if kind == "Users" and not (_is_service(body) or body.get("emails")):
            raise RefusedError(400, "InvalidParameter", "a user needs an email, unless a service's")
        for it in body.get("members", []):
            self.read(f"Users/{it['value']}", {})
        for it in body.get("impersonationServiceUsers", []):
            if not _is_service(self.read(f"Users/{it['value']}", {})):
                raise RefusedError(400, "InvalidParameter", f"{it['value']} is no service user")
        for client in body.get("oauthClients", []):
            self.client(client)
        number = next(self.numbers)
        made: Resource = {**body, "id": f"{number:032x}"}
        if kind == "Users":
            made["ocid"] = f"ocid1.user.oc1..{number:04}"
        if kind == "Apps":
            made |= {"name": f"client{number:04}", "clientSecret": SECRET}
        self.resources[kind][made["id"]] = made
        return made

    def client(self, name: str) -> Resource:
        """Return the application that goes by a client's id."""
        for it in self.resources["Apps"].values():
            if it["name"] == name:
                return it
        raise RefusedError(404, "NotFound", f"there is no client {name!r}")


def _is_service(user: Resource) -> bool:
    return user.get(_USER, {}).get("serviceUser") is True
