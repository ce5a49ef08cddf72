"""The verbs of previews: part of the table in ``main.py``."""

from todo_ci import commands
from todo_ci.adapters.engine.context import require_reachable
from todo_ci.entrypoints import options
from todo_ci.entrypoints.dagger import arguments
from todo_ci.entrypoints.dagger.opening import Opening
from todo_ci.entrypoints.dagger.results import Checked, Released
from todo_ci.entrypoints.dagger.telling import checked, released, uncached
from todo_ci.environments import preview_of
from todo_ci.rollout.request import DeployRequest


class Previewing(Opening):
    """The module's way to open contexts; no cache may answer for it."""

    @uncached
    async def preview(
        self,
        *,
        git: arguments.Git,
        git_config: arguments.GitConfig,
        env: options.Env,
        name: options.PreviewName = "",
        images: options.ImagesJson = "",
        registry: options.Registry = "",
        registry_username: options.RegistryUsername = "",
        registry_password: arguments.RegistryPassword,
        kubeconfig: arguments.Kubeconfig,
        api: arguments.Api,
        commit: options.Commit = "",
        lock_timeout: options.LockTimeout = 120,
        holder: options.Holder = "",
        allow_dirty: options.AllowDirty = False,
        allow_http: options.AllowHttp = False,
        report_only: options.ReportOnly = False,
    ) -> Released:
        """Release a commit beside others under a name and an address of its own, and verify it."""
        tree = await self._tree(git, git_config, commit)
        registry = await self._registry(env, registry, tree.owner)
        to = {"registry": registry, "username": registry_username}
        given = {"kubeconfig": kubeconfig, "registry-password": registry_password}
        call = {"api": api, "caller": holder, "allow_dirty": allow_dirty}
        context, _ = await self._open(preview_of(env, name), given=given, **call, **to)
        require_reachable("", context.target)
        request = DeployRequest(
            images=commands.publish.given(images),
            allow_http=allow_http,
            lock_timeout=lock_timeout,
            registry=registry,
            username=registry_username,
        )
        return released(await commands.preview.preview(context, tree, request))

    @uncached
    async def unpreview(
        self,
        *,
        env: options.Env,
        name: options.PreviewName = "",
        kubeconfig: arguments.Kubeconfig,
        api: arguments.Api,
        lock_timeout: options.LockTimeout = 120,
        holder: options.Holder = "",
        report_only: options.ReportOnly = False,
    ) -> Checked:
        """Remove a preview with all that it made, or those that are over their age."""
        # Which environment is meant where none is named stands in release.toml.
        await self._sources()
        place = preview_of(env, name) if name else env
        given = {"kubeconfig": kubeconfig}
        context, _ = await self._open(place, given=given, api=api, caller=holder)
        return checked(await commands.preview.unpreview(context, lock_timeout))
