"""Set a clone up for one's own registry and cluster: its .env, and what GitHub has to know."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from todo_ci.core.working_tree import registry_of
from todo_ci.errors import InputError
from todo_ci.reports.render import Block, CodeBlock, Headline, Renderable, Text

FILE = ".env"
EXAMPLE = ".env.example"
KUBECONFIG = "~/.kube/todo-pipeline"

# What the example says in place of one's own.
_OWNER, _URL = "you", "https://todo.example.com"
_KUBECONFIG = "file:///home/you/.kube/todo-pipeline"
_HOLDER = "you@machine"
_MARKS = (_URL, _KUBECONFIG, _HOLDER)
_READS_REGISTRY = ("PUBLISH", "DEPLOY", "DOCTOR", "SCAN", "SECRETS")
# An account that a company manages has its short code behind an underscore.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,38}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?")
_REGISTRY = re.compile(r"[a-z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9._-]+)+")


@dataclass(frozen=True, slots=True)
class Answers:
    """Hold what only its owner knows.

    Args:
        owner: of the repository on GitHub, and of the images; lower case.
        url: where the app will answer, without a path.
        registry: ``host[:port]/path`` of the images; empty for ghcr.io/OWNER.
        kubeconfig: path of the file that ``infra/oke/kubeconfig.sh`` writes.
    """

    owner: str
    url: str
    registry: str = ""
    kubeconfig: str = KUBECONFIG


@dataclass(frozen=True, slots=True)
class Setup(Renderable):
    """Hold the file of default arguments, and the commands that tell GitHub the rest.

    Args:
        env: the text of .env.
        github: one command a line.
        environment: that the default arguments are for.
        workflow: what the commands are for.
    """

    env: str
    github: tuple[str, ...]
    environment: str = "oke"
    workflow: str = "For the workflow, once, each asks for its value where none is given:"

    def blocks(self) -> Iterator[Block]:
        """Say what there is to see."""
        checked = f"todo-ci doctor --env {self.environment}"
        yield Headline(f"{FILE} holds the default arguments; next: {checked}")
        yield Text(self.workflow)
        yield CodeBlock("\n".join(self.github))


def is_ours(example: str) -> bool:
    """Tell whether an example is the todo app's, in which the names of others can be replaced."""
    return all(mark in example for mark in _MARKS)


def setup(example: str, answers: Answers) -> Setup:
    """Write the example's text with one's own names.

    Args:
        example: the text of .env.example, which is ours.
        answers: what only its owner knows.

    Raises:
        InputError: naming the answer that has another shape.
    """
    check(answers)
    text = example.replace(_KUBECONFIG, f"file://{answers.kubeconfig}").replace(_URL, answers.url)
    text = re.sub(rf"(USERNAME)={_OWNER}$", rf"\1={answers.owner}", text, flags=re.MULTILINE)
    text = text.replace(_HOLDER, f"{answers.owner}@{socket.gethostname()}")
    # Its first lines tell how the example becomes what this is already.
    text = text[text.index("\n\n") + 2 :]
    # A broker of the example would count as given.
    text = re.sub(r"^(SECRETS_KAFKA(?:BROKERS|USERNAME))=.*", r"# \1=", text, flags=re.MULTILINE)
    # Git's origin may be somebody else's.
    registry = answers.registry or f"ghcr.io/{answers.owner}"
    lines = "".join(f"{verb}_REGISTRY={registry}\n" for verb in _READS_REGISTRY)
    return Setup(f"{text}\n{lines}", _github(answers))


def check(answers: Answers, url: str = "") -> None:
    """Refuse answers of another shape.

    Args:
        answers: what only its owner knows.
        url: the address that counts where none is given.

    Raises:
        InputError: naming the answer.
    """
    _check("owner", answers.owner, _NAME, "a name on GitHub in lower case, such as octocat")
    if answers.url or not url:
        _check("url", answers.url, _ADDRESS, "http://HOST[:PORT] or https://HOST, without a path")
    if answers.registry:
        _check("registry", answers.registry, _REGISTRY, "host[:port]/path in lower case")
        registry_of(answers.registry, "")


def _check(flag: str, value: str, shape: re.Pattern[str], accepted: str) -> None:
    if not shape.fullmatch(value):
        raise InputError(
            f"--{flag} {value!r} has another shape" if value else f"--{flag} was not given",
            accepted=accepted,
            next_step=f"todo-ci init --{flag} …",
        )


def _github(answers: Answers) -> tuple[str, ...]:
    """List what .github/workflows/deploy-oke.yml wants to know."""
    own_registry = (
        f"gh variable set REGISTRY --env oke --body {answers.registry}",
        "gh secret set REGISTRY_PASSWORD --env oke   # may push there",
    )
    return (
        "infra/oke/github-access.sh --help    # no stored key; or:",
        "infra/oke/kubeconfig.sh | base64 -w0 | gh secret set KUBECONFIG --env oke",
        "gh secret set DATABASE_URL --env oke",
        "gh secret set BETTER_AUTH_SECRET --env oke  # the one that is deployed from here, too",
        f"gh variable set APP_URL --env oke --body {answers.url}",
        "gh secret set COHERE_API_KEY --env oke      # optional: the assistant works without it",
        "gh secret set KAFKA_PASSWORD --env oke",
        "gh variable set KAFKA_BROKERS --env oke",
        "gh variable set KAFKA_USERNAME --env oke",
        "gh secret set PULL_PASSWORD --env oke       # for nodes, while the packages are private",
        "gh secret set SIGNING_KEY --env oke         # optional: signs images and verdicts, where",
        "                                            # release.toml names no signing.identity",
        "gh secret set SIGNING_PASSWORD --env oke    # of that key, where it has one",
        "gh secret set WEBHOOK --env oke             # optional: a chat that is told of a failure",
        f"gh variable set REGISTRY_USERNAME --env oke --body {answers.owner}",
        *(own_registry if answers.registry else ()),
    )
