"""The kinds of resources that the double keeps, and what each refers to."""

from dataclasses import dataclass
from types import ModuleType

import oci.container_engine.models as engine
import oci.core.models as core
import oci.identity.models as identity


@dataclass(frozen=True, slots=True)
class Kind:
    """Hold one kind.

    Attributes:
        noun: the kind in an OCID.
        create, answer: the SDK's classes of a request and of an answer.
        parents: fields of a request that hold the OCID, or a list of OCIDs, of another resource.
        unique: fields that no two of the kind have in common, in one compartment.
        ready, gone: the lifecycle's states.
        deferred: the answer is a work request.
    """

    noun: str
    module: ModuleType
    create: str
    answer: str
    parents: tuple[str, ...] = ("compartmentId",)
    unique: tuple[str, ...] = ()
    ready: str = "AVAILABLE"
    gone: str = "TERMINATED"
    deferred: bool = False


_IN_VCN = ("compartmentId", "vcnId")


def _core(noun: str, name: str, *parents: str, unique: tuple[str, ...] = ()) -> Kind:
    parents = parents or _IN_VCN
    return Kind(noun, core, f"Create{name}Details", name, parents, unique)


KINDS = {
    "compartments": Kind(
        "compartment",
        identity,
        "CreateCompartmentDetails",
        "Compartment",
        unique=("name",),
        ready="ACTIVE",
        gone="DELETED",
    ),
    "policies": Kind(
        "policy",
        identity,
        "CreatePolicyDetails",
        "Policy",
        unique=("name",),
        ready="ACTIVE",
        gone="DELETED",
    ),
    "vcns": _core("vcn", "Vcn", "compartmentId"),
    # One of each in a network, as Oracle has it.
    "internetGateways": _core("internetgateway", "InternetGateway", unique=("vcnId",)),
    "natGateways": _core("natgateway", "NatGateway", unique=("vcnId",)),
    "serviceGateways": _core("servicegateway", "ServiceGateway", unique=("vcnId",)),
    "routeTables": _core("routetable", "RouteTable"),
    "securityLists": _core("securitylist", "SecurityList"),
    "subnets": _core(
        "subnet",
        "Subnet",
        *_IN_VCN,
        "routeTableId",
        "securityListIds",
        unique=("vcnId", "cidrBlock"),
    ),
    "publicIps": _core("publicip", "PublicIp", "compartmentId"),
    "clusters": Kind(
        "cluster",
        engine,
        "CreateClusterDetails",
        "Cluster",
        parents=_IN_VCN,
        ready="ACTIVE",
        gone="DELETED",
        deferred=True,
    ),
    "nodePools": Kind(
        "nodepool",
        engine,
        "CreateNodePoolDetails",
        "NodePool",
        parents=("compartmentId", "clusterId"),
        ready="ACTIVE",
        gone="DELETED",
        deferred=True,
    ),
}
