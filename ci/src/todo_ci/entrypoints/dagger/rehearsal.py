"""The verb that tries a release before it is made: part of the table in ``main.py``."""

from todo_ci import commands
from todo_ci.adapters.engine.context import require_reachable
from todo_ci.entrypoints import options
from todo_ci.entrypoints.dagger import arguments
from todo_ci.entrypoints.dagger.opening import Opening
from todo_ci.entrypoints.dagger.results import Checked
from todo_ci.entrypoints.dagger.telling import checked, uncached
from todo_ci.environments import target
from todo_ci.rollout.rehearsal import served
from todo_ci.rollout.rehearsal.scenes import rehearsed_by
from todo_ci.rollout.request import DeployRequest


class Rehearsing(Opening):
    """The module's way to open contexts; no cache may answer for it."""

    @uncached
    async def rehearse(
        self,
        *,
        git: arguments.Git,
        git_config: arguments.GitConfig,
        env: options.Env,
        images: options.ImagesJson = "",
        values: arguments.Values,
        registry: options.Registry = "",
        registry_username: options.RegistryUsername = "",
        registry_password: arguments.RegistryPassword,
        kubeconfig: arguments.Kubeconfig,
        from_kubeconfig: arguments.FromKubeconfig,
        api: arguments.Api,
        url: options.Url = "",
        commit: options.Commit = "",
        rate: options.Rate = 20,
        keep: options.Keep = False,
        lock_timeout: options.LockTimeout = 120,
        holder: options.Holder = "",
        allow_dirty: options.AllowDirty = False,
        allow_http: options.AllowHttp = False,
        report_only: options.ReportOnly = False,
    ) -> Checked:
        """Try a release, the return from it and a rollback, under load, and throw them away."""
        tree = await self._tree(git, git_config, commit)
        registry = await self._registry(env, registry, tree.owner)
        login = {"registry": registry, "username": registry_username}
        elsewhere = {"kubeconfig": from_kubeconfig or kubeconfig}
        there, _ = await self._open(rehearsed_by(target(env)), given=elsewhere, api=api)
        before = await served.read(there)
        given = {"kubeconfig": kubeconfig, "registry-password": registry_password}
        context, _ = await self._open(
            env, given=given, api=api, caller=holder, allow_dirty=allow_dirty, **login
        )
        request = DeployRequest(
            images=commands.publish.given(images),
            overlay=await values.contents() if values else "",
            url=require_reachable(url, context.target),
            allow_http=allow_http,
            lock_timeout=lock_timeout,
            registry=registry,
            username=registry_username,
        )
        return checked(
            await commands.rehearse.rehearse(context, tree, request, before, rate=rate, keep=keep)
        )
