"""The verb that takes what passed to the next environment: part of the table in ``cli.py``."""

from cyclopts import App

from todo_ci import commands
from todo_ci.adapters.host.context import open_host_context
from todo_ci.core.secret_names import of_signing
from todo_ci.entrypoints import options
from todo_ci.entrypoints.cli import references
from todo_ci.entrypoints.cli.checkout import Checkout
from todo_ci.entrypoints.cli.runner import overlay_text
from todo_ci.reports.render import Renderable
from todo_ci.rollout.request import DeployRequest


async def promote(
    *,
    to: options.PromoteTo,
    from_: references.PromoteFrom = "",
    images: options.ImagesJson = "",
    values: references.Values = "",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: references.RegistryPassword = "",
    kubeconfig: references.Kubeconfig = "",
    signing_key: references.SigningKey = "",
    signing_password: references.SigningPassword = "",
    identity_token: references.IdentityToken = "",
    url: options.Url = "",
    commit: options.Commit = "",
    lock_timeout: options.LockTimeout = 120,
    holder: options.Holder = "",
    allow_http: options.AllowHttp = False,
    dry_run: options.DryRun = False,
) -> Renderable:
    """Release exactly what passed in the environment before, by its signed verdict."""
    checkout = Checkout.here(commit)
    given = {
        "kubeconfig": kubeconfig,
        "registry-password": registry_password,
        **of_signing(signing_key, signing_password, identity_token),
    }
    registry = checkout.registry(to, registry)
    request = DeployRequest(
        images=commands.publish.given(images),
        overlay=overlay_text(values),
        url=url,
        allow_http=allow_http,
        lock_timeout=lock_timeout,
        dry_run=dry_run,
        registry=registry,
        username=registry_username,
    )
    with open_host_context(
        checkout.root,
        to,
        secrets=given,
        caller=holder,
        registry=registry,
        username=registry_username,
    ) as context:
        return await commands.promote.promote(context, checkout.tree, request, before=from_)


def add_to(app: App) -> None:
    """Make it a command."""
    app.command(promote)
