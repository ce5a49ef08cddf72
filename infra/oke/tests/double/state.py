"""What the double keeps, and the rules that Oracle holds its resources to."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kinds import KINDS, Kind
from models import fault

TENANCY = "ocid1.tenancy.oc1..tests"
Resource = dict[str, Any]


class RefusedError(Exception):
    """Carry an answer that is an error: its status, its code and its message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def _not_found() -> RefusedError:
    # Oracle does not tell one who may not look from one who looks for nothing.
    return RefusedError(
        404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found."
    )


@dataclass(slots=True)
class State:
    """Hold all resources by kind and OCID.

    Attributes:
        failing_nodes: how many pools will be made whose nodes find no capacity.
        unknown: how many looks into a new compartment are answered as if it were not there, which
            Oracle does while it spreads the news.
    """

    resources: dict[str, dict[str, Resource]] = field(
        default_factory=lambda: {kind: {} for kind in KINDS}
    )
    failing_nodes: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def create(self, path: str, body: Any) -> Resource:
        """Make a resource, unless its model, its parents or its likes forbid it."""
        kind = KINDS[path]
        if wrong := fault(kind.module, kind.create, body):
            raise RefusedError(400, "InvalidParameter", wrong)
        for name in kind.parents:
            for parent in _ids(body.get(name)):
                self.find(parent)
        self._refuse_a_second(path, kind, body)
        number = next(self.numbers)
        ocid = f"ocid1.{kind.noun}.oc1..{number:04}"
        known = set(getattr(kind.module, kind.answer)().attribute_map.values())
        made = {key: value for key, value in body.items() if key in known}
        made |= {"id": ocid, "lifecycleState": kind.ready, "timeCreated": "2026-01-01T00:00:00Z"}
        self.resources[path][ocid] = made
        if path == "compartments":
            self.unknown[ocid] = 2
        if path == "publicIps":
            made |= {"ipAddress": f"192.0.2.{number}", "scope": "REGION"}
        if path == "nodePools":
            made["nodes"] = self._nodes(body)
        return made

    def find(self, ocid: str) -> Resource:
        """Return a resource that is there, whatever its kind."""
        if ocid == TENANCY:
            return {"id": TENANCY}
        for kind in self.resources.values():
            if ocid in kind:
                return kind[ocid]
        raise _not_found()

    def standing(self, path: str, query: dict[str, str]) -> list[Resource]:
        """Return what stands in a compartment, a network, a cluster; also what is gone."""
        compartment = query.get("compartmentId", TENANCY)
        self.find(compartment)
        if self.unknown.get(compartment, 0) > 0:
            self.unknown[compartment] -= 1
            raise _not_found()
        asked = {key: query[key] for key in ("compartmentId", "vcnId", "clusterId") if key in query}
        return [it for it in self.resources[path].values() if asked.items() <= it.items()]

    def delete(self, path: str, ocid: str) -> None:
        """Mark a resource as gone, unless another that is there refers to it."""
        doomed = self.find(ocid)
        kind = KINDS[path]
        for other, resources in self.resources.items():
            for it in resources.values():
                if it["lifecycleState"] == KINDS[other].gone or other == "compartments":
                    continue
                if ocid in {i for name in KINDS[other].parents for i in _ids(it.get(name))}:
                    raise RefusedError(409, "Conflict", f"{it['id']} still refers to {ocid}")
                if ocid in str(it.get("routeRules", "")) or ocid in str(
                    it.get("endpointConfig", "")
                ):
                    raise RefusedError(409, "Conflict", f"{it['id']} still refers to {ocid}")
        doomed["lifecycleState"] = kind.gone

    def _refuse_a_second(self, path: str, kind: Kind, body: Resource) -> None:
        wanted = [body.get(name) for name in kind.unique]
        for it in self.resources[path].values() if wanted else ():
            if it["lifecycleState"] != kind.gone and wanted == [it.get(n) for n in kind.unique]:
                raise RefusedError(
                    409, f"{kind.answer}AlreadyExists", f"{it['id']} is there already"
                )

    def grow(self) -> None:
        """Give each pool another node, for which there is no host."""
        for pool in self.resources["nodePools"].values():
            pool["nodes"].append({"id": f"node{next(self.numbers)}", **_HOSTLESS})

    def _nodes(self, body: Resource) -> list[Resource]:
        full = self.failing_nodes > 0
        self.failing_nodes -= full
        node = _HOSTLESS if full else {"lifecycleState": "ACTIVE"}
        return [{"id": f"node{n}", **node} for n in range(body["nodeConfigDetails"]["size"])]


_HOSTLESS: Resource = {
    "lifecycleState": "FAILING",
    "nodeError": {"code": "InternalError", "message": "Out of host capacity.", "status": "500"},
}


def _ids(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []
