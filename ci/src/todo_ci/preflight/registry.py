"""Ask a registry which images it holds: for which platforms, and what their labels say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from todo_ci.core.context import Context
from todo_ci.core.ports import SecretUse, Step, Tool
from todo_ci.core.secret_names import REGISTRY_PASSWORD
from todo_ci.core.steps import require_success
from todo_ci.environments import Target
from todo_ci.errors import InputError, ToolError
from todo_ci.scripts import source

OK, ABSENT, REFUSED = 200, 404, (401, 403)


@dataclass(frozen=True, slots=True)
class Stored:
    """Hold what the registry answered about an image.

    Args:
        status: the answer's HTTP status; 0 where none came.
        error: for any but 200, why.
        platforms: such as ``linux/amd64``.
        labels: of the image, or of the first one of an index.
    """

    status: int
    error: str = ""
    platforms: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what the registry answered: to the login, and about each image."""

    status: int
    error: str
    images: Mapping[str, Stored]


def ask(target: Target, host: str, username: str, images: Sequence[str]) -> Step:
    """Ask for the login and for images.

    Args:
        target: says whether the registry speaks HTTP.
        host: of the registry that the login is for.
        username: of that registry; empty asks without a login.
        images: references by digest, of any registry.
    """
    order = {
        "host": host,
        "username": username,
        "plain_http": target.plain_http,
        "images": list(images),
    }
    step = Step(
        Tool.KUBE,
        ("python3", "scripts/registry.py"),
        stdin=json.dumps(order),
        files={"scripts/registry.py": source("registry.py")},
        timeout=90,
        network=True,
    )
    if not username:
        return step
    return replace(step, secrets=(SecretUse(REGISTRY_PASSWORD, "REGISTRY_PASSWORD_FILE"),))


def parse(text: str) -> Answer:
    """Read what ``scripts/registry.py`` printed."""
    given = json.loads(text)
    images = {
        name: Stored(said["status"], said["error"], tuple(said["platforms"]), said["labels"])
        for name, said in given["images"].items()
    }
    return Answer(given["status"], given["error"], images)


async def look(
    context: Context, images: Sequence[str], host: str, username: str
) -> Mapping[str, Stored]:
    """Return what the registry says of images; the login is for `host`, empty for none.

    Raises:
        ToolError: where nothing could be asked.
    """
    result = await context.shell.run(ask(context.target, host, username, images))
    return parse(require_success(result, "looking images up").stdout).images


async def require(
    context: Context, images: Sequence[str], registry: str, username: str
) -> Mapping[str, Stored]:
    """Look images up before anything is touched.

    Args:
        context: the ports and the target.
        images: references by digest.
        registry: ``host[:port][/path]`` the login is for.
        username: of that registry; empty asks without a login.

    Raises:
        InputError: naming those that are not there.
        ToolError: naming a registry that refuses or cannot be reached: an unknown answer must not
            pass for "does not exist".
    """
    found = await look(context, images, registry.partition("/")[0], username)
    for name, said in found.items():
        if said.status not in (OK, ABSENT):
            holder = name.partition("/")[0]
            raise ToolError(
                f"cannot read from the registry {holder} ({name}): {said.error}",
                next_step=f"check that {holder} is up and that --registry-username and "
                "--registry-password are right for it",
            )
    missing = [name for name in images if found[name].status == ABSENT]
    if missing:
        raise InputError(
            f"not in the registry: {', '.join(missing)}",
            accepted="references that `todo-ci publish` printed",
            next_step="todo-ci publish, then deploy what it prints",
        )
    return found
