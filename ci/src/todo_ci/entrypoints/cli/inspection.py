"""The verbs that change no release: part of the table in ``cli.py``."""

from cyclopts import App

from todo_ci.adapters.host.context import open_host_context
from todo_ci.commands import init as starter
from todo_ci.commands import publish as publisher
from todo_ci.entrypoints.cli import options
from todo_ci.entrypoints.cli.prompts import ask, refuse_existing, write_private
from todo_ci.entrypoints.cli.runner import Checkout, overlay_text
from todo_ci.reports.render import Renderable
from todo_ci.reports.report import Report


async def status(*, env: options.Env, kubeconfig: options.Kubeconfig = "") -> Renderable:
    """Show what runs, and its verdict."""
    from todo_ci.commands import status as reader

    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}
    ) as context:
        return await reader.status(context)


async def history(*, env: options.Env, kubeconfig: options.Kubeconfig = "") -> Renderable:
    """List the releases with their verdicts."""
    from todo_ci.release import history as reader

    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}
    ) as context:
        return await reader.history(context)


async def diff(
    *,
    env: options.Env,
    images: options.ImagesJson = "",
    backend: options.ImageRef = "",
    frontend: options.ImageRef = "",
    values: options.Values = "",
    kubeconfig: options.Kubeconfig = "",
) -> Renderable:
    """Show what a deploy would change; with the images that serve where none are given."""
    from todo_ci.commands import diff as differ

    given, overlay = publisher.given(images, backend, frontend), overlay_text(values)
    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}
    ) as context:
        return await differ.diff(context, images=given, overlay=overlay)


async def logs(
    *,
    env: options.Env,
    component: options.Component = "",
    lines: options.Lines = 20,
    kubeconfig: options.Kubeconfig = "",
) -> Renderable:
    """Say why the release does not work, with the evidence and the next step."""
    from todo_ci.commands import logs as reader

    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}
    ) as context:
        return await reader.logs(context, component=component, lines=lines)


async def doctor(
    *,
    env: options.Env,
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: options.RegistryPassword = "",
    kubeconfig: options.Kubeconfig = "",
) -> Report:
    """Look at what a release stands on: access, rights, registry, Secrets, Dapr, quota."""
    from todo_ci.commands import doctor as examiner

    checkout = Checkout.here()
    given = {"kubeconfig": kubeconfig, "registry-password": registry_password}
    with open_host_context(checkout.root, env, secrets=given) as context:
        return await examiner.doctor(
            context, registry=checkout.tree.registry(registry), username=registry_username
        )


async def init(
    *,
    owner: options.Owner = "",
    url: options.OwnUrl = "",
    registry: options.Registry = "",
    kubeconfig_path: options.OwnKubeconfig = starter.KUBECONFIG,
) -> Renderable:
    """Write .env for one's own registry and cluster, and name what GitHub has to know."""
    checkout = Checkout.here()
    target = checkout.root / starter.FILE
    refuse_existing(target)
    answers = starter.Answers(
        owner=ask("owner", owner, checkout.tree.owner),
        url=ask("url", url),
        registry=registry,
        kubeconfig=kubeconfig_path,
    )
    example = (checkout.root / starter.EXAMPLE).read_text(encoding="utf-8")
    made = starter.setup(example, answers)
    write_private(target, made.env)
    return made


def add_to(app: App) -> None:
    """Make them commands."""
    for verb in (status, history, diff, logs, doctor, init):
        app.command(verb)
