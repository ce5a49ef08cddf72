"""The verb that takes what passed to the next environment: part of the table in ``main.py``."""

from todo_ci import commands
from todo_ci.adapters.engine.context import require_reachable
from todo_ci.core.secret_names import of_signing
from todo_ci.entrypoints import options
from todo_ci.entrypoints.dagger import arguments
from todo_ci.entrypoints.dagger.opening import Opening
from todo_ci.entrypoints.dagger.results import Released
from todo_ci.entrypoints.dagger.telling import released, uncached
from todo_ci.rollout.request import DeployRequest


class Promotion(Opening):
    """The module's way to open contexts; no cache may answer for it."""

    @uncached
    async def promote(
        self,
        *,
        git: arguments.Git,
        git_config: arguments.GitConfig,
        to: options.PromoteTo,
        from_: arguments.PromoteFrom = "",
        images: options.ImagesJson = "",
        values: arguments.Values,
        registry: options.Registry = "",
        registry_username: options.RegistryUsername = "",
        registry_password: arguments.RegistryPassword,
        kubeconfig: arguments.Kubeconfig,
        api: arguments.Api,
        signing_key: arguments.SigningKey,
        signing_password: arguments.SigningPassword,
        identity_token: arguments.IdentityToken,
        url: options.Url = "",
        commit: options.Commit = "",
        lock_timeout: options.LockTimeout = 120,
        holder: options.Holder = "",
        allow_http: options.AllowHttp = False,
        dry_run: options.DryRun = False,
        report_only: options.ReportOnly = False,
    ) -> Released:
        """Release exactly what passed in the environment before, by its signed verdict."""
        tree = await self._tree(git, git_config, commit)
        given = {
            "kubeconfig": kubeconfig,
            "registry-password": registry_password,
            **of_signing(signing_key, signing_password, identity_token),
        }
        registry = await self._registry(to, registry, tree.owner)
        login = {"registry": registry, "username": registry_username}
        context, _ = await self._open(to, given=given, api=api, caller=holder, **login)
        request = DeployRequest(
            images=commands.publish.given(images),
            overlay=await values.contents() if values else "",
            url=require_reachable(url, context.target),
            allow_http=allow_http,
            lock_timeout=lock_timeout,
            dry_run=dry_run,
            registry=registry,
            username=registry_username,
        )
        return released(await commands.promote.promote(context, tree, request, before=from_))
