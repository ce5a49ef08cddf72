"""The verbs that change no release: part of the table in ``main.py``."""

from todo_ci import commands
from todo_ci.entrypoints import options
from todo_ci.entrypoints.dagger import arguments
from todo_ci.entrypoints.dagger.opening import Opening
from todo_ci.entrypoints.dagger.results import CallResult, Checked, Differences, Listed
from todo_ci.entrypoints.dagger.telling import checked, compared, listed, shown, uncached


class InspectionVerbs(Opening):
    """The module's way to open contexts; no cache may answer for any of it."""

    @uncached
    async def status(
        self, *, env: options.Env, kubeconfig: arguments.Kubeconfig, api: arguments.Api
    ) -> CallResult:
        """Show what runs, and its verdict."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api)
        return shown(await commands.status.status(context))

    @uncached
    async def history(
        self, *, env: options.Env, kubeconfig: arguments.Kubeconfig, api: arguments.Api
    ) -> Listed:
        """List the releases with their verdicts."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api)
        return listed(await commands.history.history(context))

    @uncached
    async def diff(
        self,
        *,
        env: options.Env,
        images: options.ImagesJson = "",
        backend: options.ImageRef = "",
        frontend: options.ImageRef = "",
        values: arguments.Values,
        exit_code: options.ExitCode = False,
        kubeconfig: arguments.Kubeconfig,
        api: arguments.Api,
        report_only: options.ReportOnly = False,
    ) -> Differences:
        """Show what a deploy would change of what lives; its own images where none are given."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api)
        given = commands.publish.given(images, backend=backend, frontend=frontend)
        overlay = await values.contents() if values else ""
        found = await commands.diff.diff(
            context, images=given, overlay=overlay, exit_code=exit_code
        )
        return compared(found)

    @uncached
    async def logs(
        self,
        *,
        env: options.Env,
        component: options.Component = "",
        lines: options.Lines = 20,
        kubeconfig: arguments.Kubeconfig,
        api: arguments.Api,
    ) -> CallResult:
        """Say why the release does not work, with the evidence and the next step."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api)
        return shown(await commands.logs.logs(context, component=component, lines=lines))

    @uncached
    async def doctor(
        self,
        *,
        git_config: arguments.GitConfig,
        env: options.Env,
        registry: options.Registry = "",
        registry_username: options.RegistryUsername = "",
        registry_password: arguments.RegistryPassword,
        kubeconfig: arguments.Kubeconfig,
        api: arguments.Api,
        report_only: options.ReportOnly = False,
    ) -> Checked:
        """Look at what a release stands on: access, rights, registry, Secrets, Dapr, quota."""
        registry = await self._registry(env, registry, await self._owner(git_config))
        to = {"registry": registry, "username": registry_username}
        given = {"kubeconfig": kubeconfig, "registry-password": registry_password}
        context, _ = await self._open(env, given=given, api=api, **to)
        return checked(await commands.doctor.doctor(context, **to))

    @uncached
    async def scan(
        self,
        *,
        git_config: arguments.GitConfig,
        env: options.Env,
        images: options.ImagesJson = "",
        database: options.Database = "",
        registry: options.Registry = "",
        registry_username: options.RegistryUsername = "",
        registry_password: arguments.RegistryPassword,
        kubeconfig: arguments.Kubeconfig,
        api: arguments.Api,
        report_only: options.ReportOnly = False,
    ) -> Checked:
        """Look for what is known to be unsafe in the images that serve, or in those given."""
        registry = await self._registry(env, registry, await self._owner(git_config))
        to = {"registry": registry, "username": registry_username}
        given = {"kubeconfig": kubeconfig, "registry-password": registry_password}
        context, _ = await self._open(env, given=given, api=api, **to)
        refs = commands.publish.given(images)
        return checked(await commands.scan.scan(context, images=refs, database=database, **to))
