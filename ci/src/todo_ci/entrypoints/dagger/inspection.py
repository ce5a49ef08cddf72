"""The verbs that change no release: part of the table in ``main.py``."""

from abc import ABC, abstractmethod
from typing import Any

from todo_ci.adapters.engine.context import read_owner
from todo_ci.adapters.engine.images import DaggerImages
from todo_ci.commands import diff as differ
from todo_ci.commands import doctor as examiner
from todo_ci.commands import init as starter
from todo_ci.commands import logs as teller
from todo_ci.commands import publish as publisher
from todo_ci.commands import status as reader
from todo_ci.core.context import Context
from todo_ci.core.working_tree import registry_of
from todo_ci.entrypoints.dagger import arguments as flags
from todo_ci.entrypoints.dagger.results import (
    CallResult,
    Setup,
    cached,
    rendered,
    shown,
    text_file,
    uncached,
)
from todo_ci.release import history as histories


class InspectionVerbs(ABC):
    """What a module offers that opens contexts; no cache may answer for any of it."""

    @abstractmethod
    async def _open(self, env: str, **options: Any) -> tuple[Context, DaggerImages]: ...

    @cached
    async def init(
        self,
        *,
        git_config: flags.GitConfig,
        example: flags.Example,
        owner: flags.Owner = "",
        url: flags.OwnUrl = "",
        registry: flags.Registry = "",
        kubeconfig_path: flags.OwnKubeconfig = starter.KUBECONFIG,
    ) -> Setup:
        """Write .env for one's own registry and cluster, and name what GitHub has to know."""
        owner = owner or await read_owner(git_config)
        answers = starter.Answers(owner, url, registry, kubeconfig_path)
        made = starter.setup(await example.contents(), answers)
        return Setup(**rendered(made), file=text_file(made.env.encode(), starter.FILE))

    @uncached
    async def status(
        self, *, env: flags.Env, kubeconfig: flags.Kubeconfig, api: flags.Api
    ) -> CallResult:
        """Show what runs, and its verdict."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api)
        return shown(await reader.status(context))

    @uncached
    async def history(
        self, *, env: flags.Env, kubeconfig: flags.Kubeconfig, api: flags.Api
    ) -> CallResult:
        """List the releases with their verdicts."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api)
        return shown(await histories.history(context))

    @uncached
    async def diff(
        self,
        *,
        env: flags.Env,
        images: flags.ImagesJson = "",
        backend: flags.ImageRef = "",
        frontend: flags.ImageRef = "",
        values: flags.Values,
        kubeconfig: flags.Kubeconfig,
        api: flags.Api,
    ) -> CallResult:
        """Show what a deploy would change; with the images that serve where none are given."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api)
        given = publisher.given(images, backend, frontend)
        overlay = await values.contents() if values else ""
        return shown(await differ.diff(context, images=given, overlay=overlay))

    @uncached
    async def logs(
        self,
        *,
        env: flags.Env,
        component: flags.Component = "",
        lines: flags.Lines = 20,
        kubeconfig: flags.Kubeconfig,
        api: flags.Api,
    ) -> CallResult:
        """Say why the release does not work, with the evidence and the next step."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api)
        return shown(await teller.logs(context, component=component, lines=lines))

    @uncached
    async def doctor(
        self,
        *,
        git_config: flags.GitConfig,
        env: flags.Env,
        registry: flags.Registry = "",
        registry_username: flags.RegistryUsername = "",
        registry_password: flags.RegistryPassword,
        kubeconfig: flags.Kubeconfig,
        api: flags.Api,
    ) -> CallResult:
        """Look at what a release stands on: access, rights, registry, Secrets, Dapr, quota."""
        to = {
            "registry": registry_of(registry, await read_owner(git_config)),
            "username": registry_username,
        }
        given = {"kubeconfig": kubeconfig, "registry-password": registry_password}
        context, _ = await self._open(env, given=given, api=api, **to)
        return shown(await examiner.doctor(context, **to))
