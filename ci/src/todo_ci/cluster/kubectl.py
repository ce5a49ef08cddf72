"""kubectl as pure argument lists, and what its answers say."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.project.current import namespace, release_name
from todo_ci.scripts import sources
from todo_ci.scripts.live_objects import SOURCES as LIVE
from todo_ci.scripts.restart import SOURCES as RESTART

Object = dict[str, Any]

KUBECONFIG = SecretUse("kubeconfig", "KUBECONFIG")
# The label of each revision of a preview: its name. Others may have releases beside them.
PREVIEW = "preview"
# kubectl and helm end before their memory is worth collecting: a quarter of their CPU went there.
_SHORT_LIVED = {"GOGC": "400"}
_ROWS = (
    "--output=jsonpath={range .items[*]}"
    r'{.metadata.creationTimestamp}{"\t"}{.metadata.labels}{"\n"}{end}'
)


def selector() -> str:
    """Select what belongs to the release."""
    return f"app.kubernetes.io/instance={release_name()}"


def _call(*argv: str) -> tuple[str, ...]:
    return ("kubectl", "--namespace", namespace(), "--request-timeout=10s", *argv)


def step(
    argv: Sequence[str],
    *,
    stdin: str = "",
    timeout: float = 30,
    inputs: tuple[str, ...] = (),
    files: Mapping[str, str] | None = None,
    outputs: tuple[str, ...] = (),
) -> Step:
    """Make a step that talks to the cluster, and is therefore never answered by a cache."""
    return Step(
        Tool.KUBE,
        tuple(argv),
        env=_SHORT_LIVED,
        secrets=(KUBECONFIG,),
        stdin=stdin,
        timeout=timeout,
        inputs=inputs,
        files=files or {},
        outputs=outputs,
        network=True,
    )


def get(kind: str, name: str) -> Step:
    """Read one object."""
    return step(_call("get", kind, name, "--output=json"))


def get_release(*kinds: str) -> Step:
    """Read the release's objects of some kinds."""
    return step(_call("get", ",".join(kinds), f"--selector={selector()}", "--output=json"))


def get_names(selector: str, *kinds: str) -> Step:
    """Name the objects of some kinds that a selector picks, a line each."""
    return step(_call("get", ",".join(kinds), f"--selector={selector}", "--output=name"))


def logs(selector: str, lines: int) -> Step:
    """Read the last lines of some pods, each with where it was said."""
    chosen = (f"--selector={selector}", "--all-containers", f"--tail={lines}", "--prefix")
    return step(_call("logs", *chosen))


def marks() -> dict[str, dict[str, str]]:
    """Return what helm adds to the metadata of each object of the release."""
    return {
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
        "annotations": {
            "meta.helm.sh/release-name": release_name(),
            "meta.helm.sh/release-namespace": namespace(),
        },
    }


def live(rendering: Step, released: Sequence[Sequence[str]], manager: str) -> Step:
    """Show what lives, and what it would become; nothing is changed.

    Args:
        rendering: the step that prints what a deploy would apply, which becomes a part of this one.
        released: the commands that print what is released.
        manager: who would apply.
    """
    order = {
        "namespace": namespace(),
        "manager": manager,
        "released": released,
        "rendered": rendering.argv,
        "marks": {"metadata": marks()},
    }
    return step(
        ("python3", "-m", "scripts.live_objects"),
        stdin=json.dumps(order),
        inputs=rendering.inputs,
        files={**rendering.files, **sources(*LIVE)},
        timeout=180 + rendering.timeout,
    )


def get_all(kind: str) -> Step:
    """Read every object of one kind, of the namespace where it is kept in one."""
    return step(_call("get", kind, "--output=json"))


def secret_keys(names: Sequence[str]) -> Step:
    """Read which keys some Secrets have, one line each; the values are not printed."""
    keys = "{{range $key, $value := .data}} {{$key}}{{end}}"
    lines = f'{{{{range .items}}}}{{{{.metadata.name}}}}{keys}{{{{"\\n"}}}}{{{{end}}}}'
    # Twice: of one name alone kubectl prints no list, and of none at all every Secret there is.
    asked = [*(names or ["none"])] * 2
    shown = ("--ignore-not-found", f"--output=go-template={lines}")
    return step(_call("get", "secret", *asked, *shown))


def create(manifest: str) -> Step:
    """Create one object, failing where it exists."""
    return step(_call("create", "--validate=false", "--output=json", "-f", "-"), stdin=manifest)


def replace(manifest: str) -> Step:
    """Replace one object, failing where its resourceVersion is no longer the stored one."""
    return step(_call("replace", "--validate=false", "--output=json", "-f", "-"), stdin=manifest)


def release_labels() -> Step:
    """Read the labels of the release's revisions.

    Only metadata is printed: the releases themselves carry every rendered manifest.
    """
    return step(_call("get", "secrets", f"--selector=owner=helm,name={release_name()}", _ROWS))


def releases() -> Step:
    """Read the labels of every release's revisions in the namespace."""
    return step(_call("get", "secrets", "--selector=owner=helm", _ROWS))


def label_revision(revision: int, label: str) -> Step:
    """Set one label of a revision's Secret."""
    secret = revision_secret(revision)
    return step(_call("label", "--overwrite", "secret", secret, label))


def restart(deployments: Sequence[str], seconds: int) -> Step:
    """Make the pods of some Deployments anew, and wait until they serve.

    Args:
        deployments: their names.
        seconds: that each may take.
    """
    argv = (
        "python3", "-m", "scripts.restart", "--namespace", namespace(), "--timeout", str(seconds),
        *(f"deployment/{name}" for name in deployments),
    )  # fmt: skip
    files = sources(*RESTART)
    return step(argv, files=files, timeout=len(deployments) * seconds + 60)


def delete_revisions(revisions: Sequence[int]) -> Step:
    """Remove helm's records of revisions."""
    names = (revision_secret(revision) for revision in revisions)
    return step(_call("delete", "secret", *names, "--ignore-not-found", "--wait=false"))


def delete_named(manifest: str, seconds: int) -> Step:
    """Remove objects by their names, and what they own; those that are gone are no error."""
    argv = _call("delete", "--filename=-", *_gone_within(seconds))
    return step(argv, stdin=manifest, timeout=seconds + 30)


def delete_labelled(kinds: Sequence[str], seconds: int) -> Step:
    """Remove what of some kinds belongs to the release, and what that owns."""
    argv = _call("delete", ",".join(kinds), f"--selector={selector()}", *_gone_within(seconds))
    return step(argv, timeout=seconds + 30)


def _gone_within(seconds: int) -> tuple[str, ...]:
    return ("--ignore-not-found", "--cascade=foreground", "--wait", f"--timeout={seconds}s")


def revision_secret(revision: int) -> str:
    """Return the name of the Secret that helm keeps a revision in."""
    return f"sh.helm.release.v1.{release_name()}.v{revision}"


def parse_items(text: str) -> list[Object]:
    """Read the items of a list."""
    return json.loads(text)["items"]


def says(stderr: str, reason: str) -> bool:
    """Tell whether the API server refused with a reason such as NotFound or Conflict."""
    return f"({reason})" in stderr
