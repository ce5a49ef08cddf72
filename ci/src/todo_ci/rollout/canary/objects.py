"""The canary's Deployment and Services, of those that the new release will have: pure."""

import math
from collections.abc import Mapping, Sequence

from todo_ci.cluster.kubectl import Object
from todo_ci.errors import InputError
from todo_ci.rollout.canary.names import INSTANCE, MANAGED_BY, MANAGER, instance, suffixed
from todo_ci.scripts.kube_objects import part

Labels = Mapping[str, str]


def pod_labels(deployment: Object) -> dict[str, str]:
    """Return the labels of a Deployment's pods."""
    template: Object = deployment["spec"]["template"]
    return part(part(template, "metadata"), "labels")


def picks(selector: Labels, labels: Labels) -> bool:
    """Tell whether a selector picks pods with these labels; one without a label picks none."""
    return bool(selector) and selector.items() <= labels.items()


def selector_of(item: Object) -> dict[str, str]:
    """Return the labels by which a Service or a Deployment picks pods; none of other kinds."""
    asked = part(part(item, "spec"), "selector")
    if item["kind"] == "Service":
        return asked
    return part(asked, "matchLabels") if item["kind"] == "Deployment" else {}


def own_labels(deployment: Object, others: Sequence[Object]) -> dict[str, str]:
    """Return labels for the canary's pods, which nothing of the release picks.

    Args:
        deployment: of the new release.
        others: the objects of both releases.

    Raises:
        InputError: where one would pick them all the same.
    """
    labels = pod_labels(deployment)
    own = {**labels, INSTANCE: instance()}
    for item in others:
        if picks(selector_of(item), own):
            raise InputError(
                f"{item['kind']} {item['metadata']['name']} would pick the pods of a canary too",
                accepted=f"selectors of the chart that name {INSTANCE}",
                next_step="add it to the chart, or take canary out of the environment",
            )
    return own


def deployment_of(new: Object, labels: Labels, share: int) -> Object:
    """Make the canary's Deployment of the one that the new release will have.

    Args:
        new: that one.
        labels: of the canary's pods.
        share: the largest percentage of the requests that it will have: so much of the pods.
    """
    spec: Object = new["spec"]
    template: Object = spec["template"]
    given: int = spec.get("replicas") or 1
    return {
        "apiVersion": new["apiVersion"],
        "kind": "Deployment",
        "metadata": _metadata(new, labels),
        "spec": {
            **spec,
            "replicas": max(1, math.ceil(given * share / 100)),
            "selector": {"matchLabels": _moved(spec["selector"]["matchLabels"], labels)},
            "template": {
                **template,
                "metadata": {**template.get("metadata", {}), "labels": dict(labels)},
            },
        },
    }


def service_of(new: Object, labels: Labels) -> Object:
    """Make the canary's Service of the one that the new release will have, inside the cluster."""
    ports = [
        {key: value for key, value in port.items() if key != "nodePort"}
        for port in new["spec"]["ports"]
    ]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata(new, labels),
        "spec": {"ports": ports, "selector": _moved(new["spec"]["selector"], labels)},
    }


def _moved(selector: Labels, labels: Labels) -> dict[str, str]:
    return {**selector, INSTANCE: labels[INSTANCE]}


def _metadata(new: Object, labels: Labels) -> Object:
    name = suffixed(new["metadata"]["name"])
    return {"name": name, "labels": own_mark(labels)}


def own_mark(labels: Labels) -> dict[str, str]:
    """Return the labels by which all that the pipeline made for a canary is found again."""
    return {INSTANCE: labels[INSTANCE], MANAGED_BY: MANAGER}
