"""The verbs of previews: part of the table in ``cli.py``."""

from cyclopts import App

from todo_ci import commands
from todo_ci.adapters.host.context import open_host_context
from todo_ci.entrypoints import options
from todo_ci.entrypoints.cli import references
from todo_ci.entrypoints.cli.checkout import Checkout
from todo_ci.environments import preview_of
from todo_ci.reports.render import Renderable
from todo_ci.reports.report import Report
from todo_ci.rollout.request import DeployRequest


async def preview(
    *,
    env: options.Env,
    name: options.PreviewName = "",
    images: options.ImagesJson = "",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: references.RegistryPassword = "",
    kubeconfig: references.Kubeconfig = "",
    commit: options.Commit = "",
    lock_timeout: options.LockTimeout = 120,
    holder: options.Holder = "",
    allow_dirty: options.AllowDirty = False,
    allow_http: options.AllowHttp = False,
) -> Renderable:
    """Release a commit beside others under a name and an address of its own, and verify it."""
    checkout = Checkout.here(commit)
    request = DeployRequest(
        images=commands.publish.given(images),
        allow_http=allow_http,
        lock_timeout=lock_timeout,
        registry=checkout.registry(env, registry),
        username=registry_username,
    )
    with open_host_context(
        checkout.root,
        preview_of(env, name),
        secrets={"kubeconfig": kubeconfig, "registry-password": registry_password},
        caller=holder,
        registry=request.registry,
        username=registry_username,
        allow_dirty=allow_dirty,
    ) as context:
        return await commands.preview.preview(context, checkout.tree, request)


async def unpreview(
    *,
    env: options.Env,
    name: options.PreviewName = "",
    kubeconfig: references.Kubeconfig = "",
    lock_timeout: options.LockTimeout = 120,
    holder: options.Holder = "",
) -> Report:
    """Remove a preview with all that it made, or those that are over their age."""
    with open_host_context(
        Checkout.here().root,
        preview_of(env, name) if name else env,
        secrets={"kubeconfig": kubeconfig},
        caller=holder,
    ) as context:
        return await commands.preview.unpreview(context, lock_timeout)


def add_to(app: App) -> None:
    """Make them commands."""
    app.command(preview)
    app.command(unpreview)
