"""Helm 4 as pure argument lists, and what its answers say."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any

from todo_ci.cluster.kubectl import PREVIEW, selector
from todo_ci.core.database_schema import DatabaseSchema
from todo_ci.core.image_refs import ImageRefs, Reference
from todo_ci.environments import Target
from todo_ci.errors import InputError
from todo_ci.project.current import namespace, project, release_name

# None: helm would prune the last verified revision as soon as enough deploys failed after it.
HISTORY_MAX = 0
CHART = "chart"
OVERLAY = "overlay.yaml"
# The images and the address. A file: in the text of a --set, a comma would begin another value.
GIVEN = "given.json"
EVIDENCE = "evidence.json"
# For what is rendered to be looked at where no address was given: the chart wants one.
ANY_URL = "https://app.example.com"
# Helm applies on the server, where whoever wrote a field first owns it: what a person's kubectl
# once wrote would refuse each later change. The chart is the truth, as it was before Helm 4. Said
# aloud, as helm else goes on as a release was first made, and an older helm made it on the client.
APPLY = ("--server-side=true", "--force-conflicts")

_NOT_LABEL = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one line of ``helm history``."""

    revision: int
    updated: str
    status: str
    description: str


def upgrade(
    target: Target,
    commit: str,
    schema: DatabaseSchema | None = None,
    *,
    overlay: bool,
    adopt: bool = False,
) -> tuple[str, ...]:
    """Install or upgrade, and let helm return by itself to the last deployed revision.

    Namespace and rights are made once, outside of the pipeline, so nothing is created here. The
    commit is the description for people and a label for the pipeline: helm overwrites the
    description of what failed, and copies labels to what it returns to.

    Args:
        target: the environment's row of the table.
        commit: where it came from.
        schema: what it makes of the database; None where its images do not say.
        overlay: True where further values are laid over the environment's.
        adopt: True to take over what is there and belongs to no release.
    """
    own = {PREVIEW: target.preview} if target.preview else {}
    labels = {"commit": commit, **own, **(schema.release_labels() if schema else {})}
    return (
        "helm", "upgrade", release_name(), CHART,
        "--install",
        "--namespace", namespace(),
        "--rollback-on-failure",
        "--wait=watcher",
        "--timeout", f"{target.helm_timeout}s",
        "--history-max", str(HISTORY_MAX),
        "--description", commit,
        "--labels", ",".join(f"{name}={label_value(value)}" for name, value in labels.items()),
        *APPLY,
        *(("--take-ownership",) if adopt else ()),
        *_values(target, overlay=overlay),
    )  # fmt: skip


def template(target: Target, *, overlay: bool) -> tuple[str, ...]:
    """Render what an upgrade would release, its hooks included, without a cluster."""
    return (
        "helm", "template", release_name(), CHART, "--namespace", namespace(),
        *_values(target, overlay=overlay),
    )  # fmt: skip


def lint(target: Target) -> tuple[str, ...]:
    """Look for what is wrong with the chart, with the values of an environment."""
    return ("helm", "lint", "--strict", CHART, *_values(target, overlay=False))


def _values(target: Target, *, overlay: bool) -> tuple[str, ...]:
    files = (f"{CHART}/{target.values_file}", *((OVERLAY,) if overlay else ()), GIVEN)
    return tuple(word for file in files for word in ("--values", file))


def value_files(
    images: ImageRefs | None,
    url: str,
    overlay: str = "",
    commits: Mapping[str, str] | None = None,
    own: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Return the files of values that the commands above read, beside those of the chart.

    Args:
        images: what to release; None leaves the chart's own.
        url: the address people open.
        overlay: further values of the chart as YAML text, or nothing.
        commits: what each component's image was first released from.
        own: what of the chart's values the target alone has, by their paths.
    """
    known = project().components
    named = {f"{known[name].values}.commit": commit for name, commit in (commits or {}).items()}
    named |= image_values(images) if images else {}
    given = {**(own or {}), **named, **url_values(url)}
    return {**({OVERLAY: overlay} if overlay else {}), GIVEN: json.dumps(_nested(given))}


def url_values(url: str) -> dict[str, str]:
    """Name the address people open as a value of the chart, where it has one for it."""
    value = project().gateway.value
    return {value: url.rstrip("/")} if value else {}


def image_values(images: ImageRefs) -> dict[str, str]:
    """Name all images by digest, as values of the chart."""
    return {
        f"{project().components[component].values}.{key}": value
        for component, text in images.components.items()
        for key, value in (
            ("repository", Reference.parse(text).repository),
            ("digest", Reference.parse(text).digest),
        )
    }


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn paths with dots into the tables of a values file."""
    root: dict[str, Any] = {}
    for path, value in values.items():
        *tables, key = path.split(".")
        reduce(lambda table, name: table.setdefault(name, {}), tables, root)[key] = value
    return root


def rollback(revision: int, timeout: int, *, wait: bool = True) -> tuple[str, ...]:
    """Release an earlier revision again, as a new one."""
    return (
        "helm", "rollback", release_name(), str(revision),
        "--namespace", namespace(),
        "--wait=watcher" if wait else "--wait=hookOnly",
        "--timeout", f"{timeout}s",
        "--history-max", str(HISTORY_MAX),
        *APPLY,
    )  # fmt: skip


def uninstall(timeout: int, cascade: str = "background") -> tuple[str, ...]:
    """Remove a release; ``foreground`` waits until its pods are gone as well."""
    return (
        "helm", "uninstall", release_name(),
        "--namespace", namespace(),
        "--ignore-not-found",
        "--cascade", cascade,
        "--wait=watcher",
        "--timeout", f"{timeout}s",
    )  # fmt: skip


def test(timeout: int) -> tuple[str, ...]:
    """Run the chart's tests; each says on its own that its log is wanted, which helm then prints.

    ``--logs`` reads pods alone, and one of the tests is a Job: a sidecar is given to a pod that a
    controller made, and to none that the pipeline makes itself.
    """
    return ("helm", "test", release_name(), "--namespace", namespace(), "--timeout", f"{timeout}s")


def history() -> tuple[str, ...]:
    """List the revisions that helm keeps."""
    return (
        "helm", "history", release_name(), "--namespace", namespace(),
        "--max", "256", "--output", "json",
    )  # fmt: skip


def values(revision: int) -> tuple[str, ...]:
    """Show the values a revision was made with, the chart's own included."""
    return (
        "helm", "get", "values", release_name(), "--all", "--namespace", namespace(),
        "--revision", str(revision), "--output", "json",
    )  # fmt: skip


def manifest(revision: int) -> tuple[str, ...]:
    """Show the objects a revision consists of, as YAML."""
    return (
        "helm", "get", "manifest", release_name(), "--namespace", namespace(),
        "--revision", str(revision),
    )  # fmt: skip


def hooks(revision: int) -> tuple[str, ...]:
    """Show what a revision runs beside its objects: the migration and the tests, as YAML."""
    return (
        "helm", "get", "hooks", release_name(), "--namespace", namespace(),
        "--revision", str(revision),
    )  # fmt: skip


def watched(command: Sequence[str], watching: str = "") -> tuple[str, ...]:
    """Put the watcher in front of a command that waits for pods: the release's, or others."""
    return (
        "python3", "-m", "scripts.supervise.watch",
        "--namespace", namespace(),
        "--selector", watching or selector(),
        "--evidence", EVIDENCE,
        "--", *command,
    )  # fmt: skip


def parse_history(text: str) -> tuple[Row, ...]:
    """Read ``helm history --output json``, oldest first."""
    rows = (
        Row(item["revision"], item["updated"], item["status"], item.get("description", ""))
        for item in json.loads(text)
    )
    return tuple(sorted(rows, key=lambda row: row.revision))


def parse_images(text: str) -> ImageRefs | None:
    """Read the images from ``helm get values``; None where they were not given by digest."""
    try:
        read = {name: look_up(text, it.values) for name, it in project().components.items()}
        return ImageRefs({name: f"{it['repository']}@{it['digest']}" for name, it in read.items()})
    except (InputError, KeyError, TypeError):
        return None


def parse_commits(text: str) -> dict[str, str]:
    """Read from ``helm get values`` what each image was first released from, where it is known."""
    known = {
        name: look_up(text, f"{component.values}.commit")
        for name, component in project().components.items()
    }
    return {name: str(commit) for name, commit in known.items() if commit}


def parse_url(text: str) -> str:
    """Read the address from ``helm get values``; empty where the revision's chart has none."""
    value = project().gateway.value
    return str((value and look_up(text, value)) or "")


def parse_origins(text: str) -> tuple[str, ...]:
    """Read where a revision lets people sign in, each once, its own first; none if none is named.

    As the chart does, an address that is not given is made of the gateway's host.
    """
    table = project().gateway.value.rpartition(".")[0]
    gateway: dict[str, Any] = (table and look_up(text, table)) or {}
    ingress: dict[str, Any] = gateway.get("ingress") or {}
    host, secure = str(gateway.get("host") or ""), ingress.get("tlsSecretName")
    made = f"http{'s' if secure else ''}://{host}" if host else ""
    own = parse_url(text) or made
    further: list[str] = gateway.get("trustedOrigins") or []
    return tuple(dict.fromkeys((own, *further))) if own else ()


def look_up(text: str, path: str) -> Any:
    """Read one value from ``helm get values``; None where the revision's chart has none there."""
    try:
        return reduce(getitem, path.split("."), json.loads(text))
    except (KeyError, TypeError):
        return None


def errors(stderr: str) -> str:
    """Return helm's own error with the lines that explain it."""
    lines = stderr.strip().splitlines()
    starts = [position for position, line in enumerate(lines) if line.startswith("Error:")]
    return "\n".join(lines[starts[-1] :] if starts else lines[-5:])[:2000]


def no_release(stderr: str) -> bool:
    """Tell whether helm answered that nothing is released."""
    return "release: not found" in stderr


def label_value(text: str) -> str:
    """Turn a commit into a value that Kubernetes takes as a label."""
    return _NOT_LABEL.sub("-", text)[:63].strip("-._")
