"""Check 1: the release is deployed, in the revision and with the digests asked for."""

from collections.abc import Sequence

from todo_ci.cluster import kubectl, pods
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.pods import Container
from todo_ci.core.image_refs import ImageRefs, Reference
from todo_ci.release.history import History
from todo_ci.reports.report import Check


def release(
    past: History,
    revision: int | None,
    wanted: ImageRefs | None,
    given: ImageRefs | None,
    items: Sequence[Object],
    seconds: float = 0,
) -> Check:
    """Check 1: the release is deployed, in the revision and with the digests asked for."""

    def failed(evidence: str) -> Check:
        step = f"todo-ci history; kubectl get pods -l {kubectl.selector()}"
        return Check.failed("release", evidence, step, seconds)

    latest = past.latest
    if latest is None:
        return Check.failed("release", "nothing is released", "todo-ci deploy", seconds)
    if latest.status != "deployed":
        return failed(f"revision {latest.number} is {latest.status}: {latest.description}")
    if revision is not None and latest.number != revision:
        return failed(f"revision {latest.number} is deployed, not {revision}")
    if wanted is None:
        return failed("the release's images are not given by digest")
    if given is not None and given.components != wanted.components:
        others = " and ".join(given.components.values())
        return failed(f"revision {latest.number} was given {others}")
    running = pods.containers(items)
    problems: list[str] = []
    for component, text in wanted.components.items():
        image = Reference.parse(text)
        of_it = _own([it for it in running if it.component == component], image)
        if not of_it:
            label = f"app.kubernetes.io/component={component}"
            problems.append(f"no pod of the {component} runs (none is labelled {label})")
        problems += [
            f"{c.pod} runs {c.image}, not {text}" for c in of_it if c.digest != image.digest
        ]
        problems += [f"{c.pod} has not started its image" for c in of_it if not c.running]
    if problems:
        return failed("; ".join(problems))
    shown = ", ".join(f"{name} {_short(text)}" for name, text in wanted.components.items())
    return Check.passed("release", f"revision {latest.number} deployed, {shown}", seconds)


def _own(found: Sequence[Container], wanted: Reference) -> list[Container]:
    """Pick the containers that are to run an image; all of a pod that has none.

    What else stands in a pod, of the chart or of a webhook, has an image of its own.
    """
    own = [
        container
        for container in found
        if container.digest == wanted.digest or _repository(container.image) == wanted.repository
    ]
    with_own = {container.pod for container in own}
    return [it for it in found if it in own or it.pod not in with_own]


def _repository(image: str) -> str:
    host, slash, path = image.partition("@")[0].rpartition("/")
    return f"{host}{slash}{path.partition(':')[0]}"


def _short(reference: str) -> str:
    return Reference.parse(reference).digest[:19]
