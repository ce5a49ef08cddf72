"""The verb that tries a release before it is made: part of the table in ``cli.py``."""

from cyclopts import App

from todo_ci import commands
from todo_ci.adapters.host.context import open_host_context
from todo_ci.entrypoints import options
from todo_ci.entrypoints.cli import references
from todo_ci.entrypoints.cli.checkout import Checkout
from todo_ci.entrypoints.cli.runner import overlay_text
from todo_ci.environments import target
from todo_ci.reports.render import Renderable
from todo_ci.rollout.rehearsal import served
from todo_ci.rollout.rehearsal.scenes import rehearsed_by
from todo_ci.rollout.request import DeployRequest


async def rehearse(
    *,
    env: options.Env,
    images: options.ImagesJson = "",
    values: references.Values = "",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: references.RegistryPassword = "",
    kubeconfig: references.Kubeconfig = "",
    from_kubeconfig: references.FromKubeconfig = "",
    url: options.Url = "",
    commit: options.Commit = "",
    rate: options.Rate = 20,
    keep: options.Keep = False,
    lock_timeout: options.LockTimeout = 120,
    holder: options.Holder = "",
    allow_dirty: options.AllowDirty = False,
    allow_http: options.AllowHttp = False,
) -> Renderable:
    """Try a release, the return from it and a rollback, under load, and throw them away."""
    checkout = Checkout.here(commit)
    request = DeployRequest(
        images=commands.publish.given(images),
        overlay=overlay_text(values),
        url=url,
        allow_http=allow_http,
        lock_timeout=lock_timeout,
        registry=checkout.registry(env, registry),
        username=registry_username,
    )
    elsewhere = {"kubeconfig": from_kubeconfig or kubeconfig}
    with open_host_context(checkout.root, rehearsed_by(target(env)), secrets=elsewhere) as context:
        before = await served.read(context)
    with open_host_context(
        checkout.root,
        env,
        secrets={"kubeconfig": kubeconfig, "registry-password": registry_password},
        caller=holder,
        registry=request.registry,
        username=registry_username,
        allow_dirty=allow_dirty,
    ) as context:
        return await commands.rehearse.rehearse(
            context, checkout.tree, request, before, rate=rate, keep=keep
        )


def add_to(app: App) -> None:
    """Make it a command."""
    app.command(rehearse)
