"""Look before a deploy: is the kubeconfig usable, does the cluster answer, are the rights there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from todo_ci.cluster import kubectl, manifest
from todo_ci.cluster.errors import explain, explain_text, last_line
from todo_ci.cluster.kubectl import Object
from todo_ci.cluster.next_steps import new_kubeconfig, renew_role
from todo_ci.core.context import Context
from todo_ci.core.ports import Step
from todo_ci.errors import ClusterError
from todo_ci.project.current import namespace, project
from todo_ci.scripts import source, sources

_KUBECONFIG = "a kubeconfig file that `kubectl --kubeconfig FILE get pods` works with"


# The input that holds the Role, where release.toml names one.
_ROLE = "role"


@dataclass(frozen=True, slots=True)
class Right:
    """Name one thing that the pipeline does to one kind of object."""

    group: str
    resource: str
    verb: str


async def preflight(context: Context) -> None:
    """Refuse to start where the cluster would refuse in the middle.

    Raises:
        InputError: when no kubeconfig was given.
        ClusterError: naming what is wrong with it, with the cluster, or which right is missing.
    """
    judge(await look(context), datetime.now(UTC), in_container=context.steps_outlive)


async def look(context: Context) -> Object:
    """Return what ``scripts/access/describe_kubeconfig.py`` prints.

    Raises:
        InputError: when no kubeconfig was given.
        ClusterError: when it cannot even be looked at.
    """
    context.need("kubeconfig")
    # The Role comes from the clone, as the chart does: a copy in the package could differ from it.
    program = "scripts/describe_kubeconfig.py"
    result = await context.shell.run(
        kubectl.step(
            ("python3", program, "--namespace", namespace(), *_role()),
            files={program: source("access/describe_kubeconfig.py")},
            inputs=_role()[1:],
            timeout=60,
        )
    )
    if not result.ok:
        raise explain(result, "looking at the cluster")
    return json.loads(result.stdout)


def judge(answer: Object, now: datetime, *, in_container: bool = False) -> None:
    """Judge what ``scripts/access/describe_kubeconfig.py`` printed.

    Raises:
        ClusterError: for the first thing that would stop a deploy.
    """
    access(answer, now, in_container=in_container)
    status = json.loads(answer["review"]["stdout"])["status"]
    # Some authorizers cannot list their rules; then the calls themselves have to tell.
    listed = not status.get("incomplete")
    wanted = rights_of(answer["role"]) if listed else []
    if missing := missing_rights(wanted, status["resourceRules"]):
        raise ClusterError(
            f"{answer['user']!r} lacks rights in namespace {namespace()}: {', '.join(missing)}",
            next_step=renew_role(),
        )


def access(answer: Object, now: datetime, *, in_container: bool = False) -> None:
    """Judge the kubeconfig alone, and whether the cluster answers to it.

    Args:
        answer: what ``scripts/access/describe_kubeconfig.py`` printed.
        now: the time.
        in_container: it was printed in an engine's container, where nobody can install a command.

    Raises:
        ClusterError: for the first thing that is wrong with it.
    """
    if answer["error"]:
        raise ClusterError(
            f"the kubeconfig cannot be read: {last_line(answer['error'])}",
            accepted=_KUBECONFIG,
            next_step=new_kubeconfig(),
        )
    if not answer["server"]:
        raise ClusterError(
            "the kubeconfig names no cluster", accepted=_KUBECONFIG, next_step=new_kubeconfig()
        )
    command = answer["exec_command"]
    if command and not answer["exec_found"]:
        accepted = "a kubeconfig with a token or a client certificate"
        step = f"take a kubeconfig with a token: {new_kubeconfig()}"
        raise ClusterError(
            f"the kubeconfig's user {answer['user']!r} gets its token from the command "
            f"{command!r}, which is not there",
            accepted=accepted if in_container else f"{accepted}, or the command installed",
            next_step=step if in_container else f"install {command}, or {step}",
        )
    if answer["expires"] and datetime.fromisoformat(answer["expires"]) <= now:
        raise ClusterError(
            f"the credentials of {answer['user']!r} in the kubeconfig expired at "
            f"{answer['expires']}",
            next_step=new_kubeconfig(),
        )
    review = answer["review"]
    if review["exit"]:
        raise explain_text(review["stderr"], f"asking {answer['server']}")


def rights_of(role: str) -> list[Right]:
    """List what a Role grants: without any of it a deploy would stop half-way.

    Args:
        role: its YAML, or nothing.
    """
    rules = [
        rule for item in manifest.parse(role) if item["kind"] == "Role" for rule in item["rules"]
    ]
    return [
        Right(group, resource, verb)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]


def missing_rights(wanted: Sequence[Right], rules: Sequence[Object]) -> list[str]:
    """Name the verbs and resources that no rule grants for the whole namespace."""

    def granted(right: Right) -> bool:
        return any(
            _in(right.verb, rule["verbs"])
            and _in(right.group, rule.get("apiGroups", []))
            and _in(right.resource, rule.get("resources", []))
            and not rule.get("resourceNames")
            for rule in rules
        )

    return [f"{right.verb} {right.resource}" for right in wanted if not granted(right)]


def _in(name: str, names: Sequence[str]) -> bool:
    return name in names or "*" in names


def _role() -> tuple[str, ...]:
    return ("--role", _ROLE) if project().release.role else ()


def rights() -> Step:
    """Ask for each right of the Role that the repository holds, where it holds one."""
    program = ("python3", "-m", "scripts.access.review_access")
    argv = (*program, "--namespace", namespace(), *_role())
    files = sources("access/review_access.py", "kubectl.py")
    return kubectl.step(argv, files=files, inputs=_role()[1:], timeout=120)
