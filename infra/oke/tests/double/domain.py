"""An identity domain: the users, groups, applications and trusts of one, as SCIM has them."""

import itertools
import re
from dataclasses import dataclass, field
from functools import cache
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
    "IdentityPropagationTrusts": ("IdentityPropagationTrust", "issuer"),
}
_USER = "urn:ietf:params:scim:schemas:oracle:idcs:extension:user:User"
# Of all domains there were: what is put back must not meet what is made after it.
_NUMBERS = itertools.count(1)
SECRET = "secret-of-a-client"


@dataclass(slots=True)
class Domain:
    """Hold what is in the domain, by kind and id."""

    resources: dict[str, dict[str, Resource]] = field(
        default_factory=lambda: {kind: {} for kind in KINDS}
    )

    def read(self, path: str, query: dict[str, str]) -> Any:
        """Return one resource, or those that a filter fits."""
        kind, _, key = path.partition("/")
        if kind not in KINDS:
            raise RefusedError(404, "NotFound", f"the double's domain has no {path}")
        if key:
            return _shown(kind, self._there(kind, key), query.get("attributes", ""))
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
            "Resources": [_shown(kind, it, query.get("attributes", "")) for it in found],
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
            self._user(it["value"])
        for it in body.get("impersonationServiceUsers", []):
            if not _is_service(self._user(it["value"])):
                raise RefusedError(400, "InvalidParameter", f"{it['value']} is no service user")
        for client in body.get("oauthClients", []):
            self.client(client)
        number = next(_NUMBERS)
        made: Resource = {**body, "id": f"{number:032x}"}
        if kind == "Users":
            made["ocid"] = f"ocid1.user.oc1..{number:04}"
        if kind == "Apps":
            made |= {"name": f"client{number:04}", "clientSecret": SECRET}
        self.resources[kind][made["id"]] = made
        return made

    def activate(self, app: str, body: Any) -> Resource:
        """Switch an application on or off."""
        if wrong := fault(models, "AppStatusChanger", body):
            raise RefusedError(400, "InvalidParameter", wrong)
        self._there("Apps", app)["active"] = body["active"]
        return {**body, "id": app}

    def delete(self, kind: str, key: str) -> None:
        """Forget a resource; an application only when it is switched off, as Oracle has it."""
        if self._there(kind, key).get("active") and kind == "Apps":
            raise RefusedError(400, "InvalidParameter", f"the application {key} is active")
        del self.resources[kind][key]

    def _there(self, kind: str, key: str) -> Resource:
        if key not in self.resources[kind]:
            raise RefusedError(404, "NotFound", f"{kind} {key} is not there")
        return self.resources[kind][key]

    def _user(self, key: str) -> Resource:
        if key not in self.resources["Users"]:
            raise RefusedError(400, "InvalidParameter", f"there is no user {key!r}")
        return self.resources["Users"][key]

    def client(self, name: str) -> Resource:
        """Return the application that goes by a client's id."""
        for it in self.resources["Apps"].values():
            if it["name"] == name:
                return it
        raise RefusedError(404, "NotFound", f"there is no client {name!r}")


@cache
def _on_request(kind: str) -> frozenset[str]:
    """Return the attributes that are left out of an answer unless they are asked for."""
    cls = getattr(models, KINDS[kind][0])
    names = cls().attribute_map.items()
    return frozenset(
        name for attribute, name in names if "returned: request" in getattr(cls, attribute).__doc__
    )


def _shown(kind: str, resource: Resource, asked: str) -> Resource:
    if asked:
        named = {"id", "ocid", "schemas", *asked.split(",")}
        return {name: value for name, value in resource.items() if name in named}
    return {n: value for n, value in resource.items() if n not in _on_request(kind)}


def _is_service(user: Resource) -> bool:
    return user.get(_USER, {}).get("serviceUser") is True
