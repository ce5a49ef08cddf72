"""The verbs that change no release: part of the table in ``cli.py``."""

from cyclopts import App

from todo_ci import commands
from todo_ci.adapters.host.context import open_host_context
from todo_ci.entrypoints import options
from todo_ci.entrypoints.cli import references
from todo_ci.entrypoints.cli.checkout import Checkout
from todo_ci.entrypoints.cli.runner import overlay_text
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
    exit_code: options.ExitCode = False,
    kubeconfig: references.Kubeconfig = "",
) -> Renderable:
    """Show what a deploy would change of what lives; its own images where none are given."""
    # First, as it says what components there are.
    root = Checkout.here().root
    given = commands.publish.given(images, backend=backend, frontend=frontend)
    overlay = overlay_text(values)
    with open_host_context(root, env, secrets={"kubeconfig": kubeconfig}) as context:
        return await commands.diff.diff(context, images=given, overlay=overlay, exit_code=exit_code)


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
            context, registry=checkout.registry(env, registry), username=registry_username
        )


async def scan(
    *,
    env: options.Env,
    images: options.ImagesJson = "",
    database: options.Database = "",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: references.RegistryPassword = "",
    kubeconfig: references.Kubeconfig = "",
) -> Report:
    """Look for what is known to be unsafe in the images that serve, or in those given."""
    checkout = Checkout.here()
    refs = commands.publish.given(images)
    secrets = {"kubeconfig": kubeconfig, "registry-password": registry_password}
    with open_host_context(checkout.root, env, secrets=secrets) as context:
        return await commands.scan.scan(
            context,
            images=refs,
            registry=checkout.registry(env, registry),
            username=registry_username,
            database=database,
        )


def add_to(app: App) -> None:
    """Make them commands."""
    for verb in (status, history, diff, logs, doctor, scan):
        app.command(verb)
