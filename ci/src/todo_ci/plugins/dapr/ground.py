"""What a release with Dapr's objects needs of the cluster, before helm changes anything."""

from collections.abc import Sequence

from todo_ci.cluster import errors
from todo_ci.cluster.kubectl import Object
from todo_ci.core.ports import Result
from todo_ci.errors import ClusterError, InputError
from todo_ci.project.current import release_name

INSTALLATION = (
    "as the administrator of the cluster: infra/oke/dapr-init.sh; the lab of ./do has it after "
    "./do lab up"
)
_OWNER = "meta.helm.sh/release-name"


def require_installed(stored: Result) -> None:
    """Refuse where Dapr, which the release needs, is not installed.

    Args:
        stored: what ``objects.stored`` printed.

    Raises:
        ClusterError: where it is not, or where the cluster does not tell.
    """
    if "the server doesn't have a resource type" in stored.stderr:
        raise ClusterError(
            "the release has Dapr components, and Dapr is not installed in this cluster",
            accepted="Dapr 1.18 or newer, or dapr.enabled: false in --values",
            next_step=INSTALLATION,
        )
    if not stored.ok:
        raise errors.explain(stored, "listing Dapr's components")


def foreign(wanted: Sequence[Object], stored: Sequence[Object]) -> tuple[str, ...]:
    """Name what the release brings, is there already, and belongs to no release.

    Raises:
        InputError: naming what belongs to another release.
    """
    mine = {_name(item) for item in wanted}
    owners = {_name(item): _owner(item) for item in stored}
    others = [f"{n} to {owner}" for n, owner in owners.items() if owner not in ("", release_name())]
    taken = [text for text in others if text.partition(" to ")[0] in mine]
    if taken:
        raise InputError(
            f"what {release_name()} brings belongs to another release: {', '.join(taken)}",
            next_step="helm uninstall that release, or set dapr.components.create to false",
        )
    return tuple(sorted(name for name, owner in owners.items() if not owner and name in mine))


def _owner(item: Object) -> str:
    notes: Object = item["metadata"].get("annotations") or {}
    return str(notes.get(_OWNER, ""))


def _name(item: Object) -> str:
    return f"{item['kind']} {item['metadata']['name']}"
