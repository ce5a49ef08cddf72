"""The verbs that change no release: part of the table in ``cli.py``."""

from cyclopts import App

from todo_ci import commands
from todo_ci.adapters.host.context import open_host_context
from todo_ci.entrypoints import options
from todo_ci.entrypoints.cli import references
from todo_ci.entrypoints.cli.prompts import ask, refuse_existing, write_private
from todo_ci.entrypoints.cli.runner import Checkout, overlay_text
from todo_ci.reports.render import Renderable
from todo_ci.reports.report import Report


async def status(*, env: options.Env, kubeconfig: references.Kubeconfig = "") -> Renderable:
    """Show what runs, and its verdict."""
    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}
    ) as context:
        return await commands.status.status(context)


async def history(*, env: options.Env, kubeconfig: references.Kubeconfig = "") -> Renderable:
    """List the releases with their verdicts."""
    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}
    ) as context:
        return await commands.history.history(context)


async def diff(
    *,
    env: options.Env,
    images: options.ImagesJson = "",
    backend: options.ImageRef = "",
    frontend: options.ImageRef = "",
    values: references.Values = "",
    kubeconfig: references.Kubeconfig = "",
) -> Renderable:
    """Show what a deploy would change; with the images that serve where none are given."""
    given, overlay = commands.publish.given(images, backend, frontend), overlay_text(values)
    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}
    ) as context:
        return await commands.diff.diff(context, images=given, overlay=overlay)


async def logs(
    *,
    env: options.Env,
    component: options.Component = "",
    lines: options.Lines = 20,
    kubeconfig: references.Kubeconfig = "",
) -> Renderable:
    """Say why the release does not work, with the evidence and the next step."""
    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}
    ) as context:
        return await commands.logs.logs(context, component=component, lines=lines)


async def doctor(
    *,
    env: options.Env,
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: references.RegistryPassword = "",
    kubeconfig: references.Kubeconfig = "",
) -> Report:
    """Look at what a release stands on: access, rights, registry, Secrets, Dapr, quota."""
    checkout = Checkout.here()
    given = {"kubeconfig": kubeconfig, "registry-password": registry_password}
    with open_host_context(checkout.root, env, secrets=given) as context:
        return await commands.doctor.doctor(
            context, registry=checkout.tree.registry(registry), username=registry_username
        )


async def init(
    *,
    owner: options.Owner = "",
    url: options.OwnUrl = "",
    registry: options.Registry = "",
    kubeconfig_path: options.OwnKubeconfig = commands.init.KUBECONFIG,
) -> Renderable:
    """Write .env for one's own registry and cluster, and name what GitHub has to know."""
    checkout = Checkout.here()
    target = checkout.root / commands.init.FILE
    refuse_existing(target)
    answers = commands.init.Answers(
        owner=ask("owner", owner, checkout.tree.owner),
        url=ask("url", url),
        registry=registry,
        kubeconfig=kubeconfig_path,
    )
    example = (checkout.root / commands.init.EXAMPLE).read_text(encoding="utf-8")
    made = commands.init.setup(example, answers)
    write_private(target, made.env)
    return made


def add_to(app: App) -> None:
    """Make them commands."""
    for verb in (status, history, diff, logs, doctor, init):
        app.command(verb)
