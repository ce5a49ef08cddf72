"""Write a first .env for any app by its ``release.toml``, and name what GitHub has to know."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from todo_ci.commands.init import KUBECONFIG, Answers, Setup, check
from todo_ci.core.secret_names import of_keys, required
from todo_ci.core.working_tree import registry_of
from todo_ci.environments import Target, names, targets
from todo_ci.project.current import enter, namespace, project, release_name
from todo_ci.project.fields import variable

KEYS = "keys.env"
_ASKS_CLUSTER = ("ENV", "KUBECONFIG")
_READS_REGISTRY = ("REGISTRY", "REGISTRYUSERNAME", "REGISTRYPASSWORD")
# What each verb takes that is the same each time. Those that go from one environment to another
# take flags: each of the two has its own.
ARGUMENTS = {
    "DEPLOY": ("ENV", "URL", "HOLDER", "KUBECONFIG", *_READS_REGISTRY),
    "VERIFY": ("ENV", "URL", "HOLDER", "KUBECONFIG"),
    "ROLLBACK": ("ENV", "URL", "HOLDER", "KUBECONFIG"),
    "STATUS": _ASKS_CLUSTER,
    "HISTORY": _ASKS_CLUSTER,
    "DIFF": _ASKS_CLUSTER,
    "LOGS": _ASKS_CLUSTER,
    "DOCTOR": (*_ASKS_CLUSTER, *_READS_REGISTRY),
    "SCAN": (*_ASKS_CLUSTER, *_READS_REGISTRY),
    "PUBLISH": ("ENV", *_READS_REGISTRY),
    "SECRETS": ("ENV", "HOLDER", "KUBECONFIG", "KEYS", *_READS_REGISTRY),
}


def setup(answers: Answers, target: Target) -> Setup:
    """Write the default arguments for one environment.

    Args:
        answers: what only its owner knows. Where no address or registry is given, that of
            release.toml counts; the usual kubeconfig stands for the one of this app.
        target: the environment.

    Raises:
        InputError: naming the answer that has another shape.
    """
    check(answers, url=target.url)
    enter(target.environment)
    if answers.kubeconfig == KUBECONFIG:
        answers = replace(answers, kubeconfig=f"~/.kube/{release_name()}-pipeline")
    url = answers.url or target.url
    registry = answers.registry or target.registry or registry_of("", answers.owner)
    token = "GITHUB_TOKEN" if registry.startswith("ghcr.io/") else "REGISTRY_PASSWORD"
    values = {
        "ENV": target.environment,
        "URL": "" if url == target.url else url,
        "HOLDER": f"{answers.owner}@{socket.gethostname()}",
        "KUBECONFIG": f"file:{answers.kubeconfig}",
        "KEYS": f"file:{KEYS}" if of_keys() else "",
        "REGISTRY": "" if registry == target.registry else registry,
        "REGISTRYUSERNAME": answers.owner,
        "REGISTRYPASSWORD": f"env:{token}",
    }
    released = next((it.environment for it in targets() if _is_released_to(it)), target.environment)
    blocks = ["\n".join(_head(target)), *(_of_verb(verb, values) for verb in ARGUMENTS)]
    return Setup(
        "\n\n".join(blocks) + "\n",
        _github(answers, target, released, url),
        target.environment,
        "The workflow is examples/workflow.yml of the pipeline: copied to .github/workflows/ here, "
        f"with {released} for staging. For it, once, each asks for its value where none is given:",
    )


def _head(target: Target) -> Iterator[str]:
    others = [name for name in names() if name != target.environment]
    yield f"# Default arguments for {release_name()}, as <VERB>_<ARGUMENT>. A flag wins."
    yield "# Secrets are named by where they are, env:NAME or file:PATH. Let git ignore this file."
    if others:
        yield f"# It is for {target.environment}; for {', '.join(others)} give --env and its flags."
    role = project().release.role or "ROLE.yaml"
    yield "# The kubeconfig is what an administrator makes with the pipeline's"
    yield f"# infra/oke/kubeconfig.sh --namespace {namespace()} --role {role}"
    if keys := [_line(flag) for flag in sorted(of_keys())]:
        yield f"# {KEYS}, here and ignored as well, has a line for each key of a Secret:"
        yield from (f"#   {line}" for line in keys)


def _line(flag: str) -> str:
    return f"{variable(flag)}=…" + ("" if flag in required() else " (or none)")


def _of_verb(verb: str, values: dict[str, str]) -> str:
    return "\n".join(f"{verb}_{name}={values[name]}" for name in ARGUMENTS[verb] if values[name])


def _is_released_to(target: Target) -> bool:
    """Tell whether a job of GitHub's can deploy there: not to this machine, nor for a trial."""
    is_here = urlsplit(target.url).hostname in ("127.0.0.1", "localhost")
    return not (is_here or target.previews or target.rehearses)


def _github(answers: Answers, target: Target, released: str, url: str) -> tuple[str, ...]:
    """List what examples/workflow.yml wants to know of the environment that it releases to."""
    own = released == target.environment
    keys = f" <{KEYS}" if of_keys() else ""
    return (
        f"gh secret set KUBECONFIG --env {released}{f' <{answers.kubeconfig}' if own else ''}",
        f"gh secret set KEYS --env {released}{keys}   # and a line PULL_PASSWORD=…, for nodes",
        f"gh variable set APP_URL --env {released}{f' --body {url}' if own else ''}",
    )
