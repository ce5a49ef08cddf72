"""Judge whether a namespace's quota has room for a deploy: pure."""

from collections.abc import Sequence
from decimal import Decimal

from todo_ci.cluster import pods
from todo_ci.cluster.kubectl import Object

_UNITS = {
    **{unit: Decimal(10) ** (3 * power) for power, unit in enumerate("num", -3)},
    **{unit: Decimal(10) ** (3 * power) for power, unit in enumerate("kMGTPE", 1)},
    **{f"{unit}i": Decimal(2) ** (10 * power) for power, unit in enumerate("KMGTPE", 1)},
}
_SIDECAR = f"{pods.ANNOTATION}sidecar-{{}}-{{}}"


def shortages(quotas: Sequence[Object], objects: Sequence[Object]) -> list[str]:
    """Name what a quota has too little of for one more pod of every Deployment.

    So much a rolling update needs beside what runs.

    Args:
        quotas: ResourceQuotas as they are.
        objects: what a deploy would release.
    """
    wanted = surge(objects)
    found: list[str] = []
    for quota in quotas:
        status: Object = quota.get("status") or {}
        hard: dict[str, str] = status.get("hard") or {}
        used: dict[str, str] = status.get("used") or {}
        for name, limit in hard.items():
            need = wanted.get(name if "." in name or name == "pods" else f"requests.{name}")
            free = quantity(limit) - quantity(used.get(name, "0"))
            if need is not None and free < need:
                text = f"{name}: {used.get(name, '0')} of {limit} used"
                found.append(f"{quota['metadata']['name']} {text}, an update needs {need:f} more")
    return found


def surge(objects: Sequence[Object]) -> dict[str, Decimal]:
    """Add up what one more pod of every Deployment asks for, its sidecar included."""
    total: dict[str, Decimal] = {"pods": Decimal(0)}
    for item in objects:
        if item.get("kind") != "Deployment":
            continue
        template: Object = item["spec"]["template"]
        total["pods"] += 1
        notes: dict[str, str] = template["metadata"].get("annotations") or {}
        for kind in ("requests", "limits"):
            for resource in ("cpu", "memory"):
                asked = [_asked(c, kind, resource) for c in template["spec"]["containers"]]
                if pods.wants_sidecar(template):
                    asked.append(notes.get(_SIDECAR.format(resource, kind[:-1]), "0"))
                name = f"{kind}.{resource}"
                total[name] = total.get(name, Decimal(0)) + sum(map(quantity, asked), Decimal(0))
    return total


def _asked(container: Object, kind: str, resource: str) -> str:
    resources: dict[str, dict[str, str]] = container.get("resources") or {}
    return resources.get(kind, {}).get(resource, "0")


def quantity(text: str) -> Decimal:
    """Read a quantity such as 100m, 64Mi, 2 or 1e3."""
    value = str(text)
    unit = next((unit for unit in (value[-2:], value[-1:]) if unit in _UNITS), "")
    return Decimal(value.removesuffix(unit)) * _UNITS.get(unit, Decimal(1))
