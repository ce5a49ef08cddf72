"""Take a commit of an app to a verified release on Kubernetes, and back.

The verbs are those of todo-ci, with the same names and flags; here every step runs in a
container. Default arguments are read from .env as <VERB>_<ARGUMENT>.
"""

import dagger
from dagger import dag

from todo_ci import commands
from todo_ci.adapters.engine import services
from todo_ci.adapters.engine.context import require_reachable
from todo_ci.adapters.engine.sources import is_given
from todo_ci.core.secret_names import of_signing
from todo_ci.entrypoints import options
from todo_ci.entrypoints.dagger import arguments
from todo_ci.entrypoints.dagger.inspection import InspectionVerbs
from todo_ci.entrypoints.dagger.previewing import Previewing
from todo_ci.entrypoints.dagger.promotion import Promotion
from todo_ci.entrypoints.dagger.rehearsal import Rehearsing
from todo_ci.entrypoints.dagger.results import (
    BuiltImages,
    Checked,
    PublishedImages,
    Released,
    Setup,
)
from todo_ci.entrypoints.dagger.source_checks import SourceChecks
from todo_ci.entrypoints.dagger.telling import cached, checked, kept, released, rendered, uncached
from todo_ci.errors import InputError
from todo_ci.plugins.kafka import Kafka
from todo_ci.rollout.request import DeployRequest


@dagger.object_type
class Todo(SourceChecks, InspectionVerbs, Promotion, Rehearsing, Previewing):
    """Take a commit of an app to a verified release on Kubernetes, and back."""

    backend: arguments.Backend
    frontend: arguments.Frontend
    helm: arguments.Chart  # `chart` is a verb
    own: arguments.Ci  # `ci` is a verb
    infra: arguments.Infra
    release_file: arguments.ReleaseFile
    source: arguments.Source
    project: arguments.Project = ""
    own_images: arguments.OwnImages = ""

    @cached
    async def init(
        self,
        *,
        git_config: arguments.GitConfig,
        example: arguments.Example,
        owner: options.Owner = "",
        url: options.OwnUrl = "",
        registry: options.Registry = "",
        kubeconfig_path: options.OwnKubeconfig = commands.init.KUBECONFIG,
    ) -> Setup:
        """Write .env for one's own registry and cluster, and name what GitHub has to know."""
        if await is_given(self.source):
            raise InputError(
                "init writes the .env of this repository's app alone",
                next_step="todo-ci --project DIR init writes another's, or its first release.toml",
            )
        owner = owner or await self._owner(git_config)
        answers = commands.init.Answers(owner, url, registry, kubeconfig_path)
        made = commands.init.setup(await example.contents(), answers)
        file = kept({commands.init.FILE: made.env.encode()}).file(commands.init.FILE)
        return Setup(**rendered(made), file=file)

    @dagger.up
    @cached
    async def up(self) -> dagger.Service:
        """Serve the app of this tree on SQLite; what is written stays for the next time."""
        if await is_given(self.source):
            raise InputError("up serves this repository's app alone", next_step="dagger call up up")
        context, images = await self._open()
        own = (await dag.default_platform(),)
        built = await commands.build.build(context.shell, images, own)
        (backend,) = images.containers(built.images["backend"])
        (frontend,) = images.containers(built.images["frontend"])
        return services.serve(backend, frontend)

    @cached
    async def build(
        self,
        *,
        git: arguments.Git,
        git_config: arguments.GitConfig,
        platform: options.Platform = "linux/amd64",
        registry: options.Registry = "",
        registry_username: options.RegistryUsername = "",
        registry_password: arguments.RegistryPassword,
    ) -> BuiltImages:
        """Build the images; the registry's credentials are for base images behind a password."""
        tree = await self._tree(git, git_config, "")
        given = {"registry-password": registry_password}
        to = {"registry": registry, "username": registry_username}
        context, images = await self._open(given=given, **to)
        built = await commands.build.build(context.shell, images, (platform,), tree.source)
        containers = [images.containers(image)[0] for image in built.images.values()]
        return BuiltImages(**rendered(built), components=list(built.images), containers=containers)

    @uncached
    async def publish(
        self,
        *,
        git: arguments.Git,
        git_config: arguments.GitConfig,
        env: options.Env = "",
        registry: options.Registry = "",
        registry_username: options.RegistryUsername = "",
        registry_password: arguments.RegistryPassword,
        commit: options.Commit = "",
        platforms: options.Platforms = "",
        signing_key: arguments.SigningKey,
        signing_password: arguments.SigningPassword,
        identity_token: arguments.IdentityToken,
        allow_dirty: options.AllowDirty = False,
    ) -> PublishedImages:
        """Build and push the images and the chart; print their references by digest."""
        tree = await self._tree(git, git_config, commit)
        given = {
            "registry-password": registry_password,
            **of_signing(signing_key, signing_password, identity_token),
        }
        registry = await self._registry(env, registry, tree.owner)
        to = {"registry": registry, "username": registry_username}
        context, _ = await self._open(env, given=given, allow_dirty=allow_dirty, **to)
        refs = await commands.publish.publish(
            context,
            commit=tree.commit,
            dirty=tree.dirty,
            source=tree.source,
            platforms=commands.publish.platforms_of(platforms),
            **to,
        )
        own = {name: refs.components.get(name, "") for name in ("backend", "frontend")}
        return PublishedImages(**rendered(refs), **own, chart=refs.chart)

    @uncached
    async def deploy(
        self,
        *,
        git: arguments.Git,
        git_config: arguments.GitConfig,
        env: options.Env,
        images: options.ImagesJson = "",
        backend: options.ImageRef = "",
        frontend: options.ImageRef = "",
        values: arguments.Values,
        keys: arguments.Keys,
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
        allow_dirty: options.AllowDirty = False,
        allow_http: options.AllowHttp = False,
        allow_unverified_database: options.AllowUnverifiedDatabase = False,
        dry_run: options.DryRun = False,
        report_only: options.ReportOnly = False,
    ) -> Released:
        """Release a commit and verify it; build and publish it first when no images are given."""
        tree = await self._tree(git, git_config, commit)
        given = {
            "kubeconfig": kubeconfig,
            "registry-password": registry_password,
            **of_signing(signing_key, signing_password, identity_token),
        }
        registry = await self._registry(env, registry, tree.owner)
        to = {"registry": registry, "username": registry_username}
        call = {"api": api, "caller": holder, "keys": keys}
        context, _ = await self._open(env, given=given, allow_dirty=allow_dirty, **call, **to)
        request = DeployRequest(
            images=commands.publish.given(images, backend=backend, frontend=frontend),
            overlay=await values.contents() if values else "",
            url=require_reachable(url, context.target),
            allow_http=allow_http,
            lock_timeout=lock_timeout,
            dry_run=dry_run,
            keys=keys is not None,
            allow_unverified_database=allow_unverified_database,
            **to,
        )
        return released(await commands.deploy.deploy(context, tree, request))

    @uncached
    async def verify(
        self,
        *,
        env: options.Env,
        images: options.ImagesJson = "",
        revision: options.Revision = None,
        kubeconfig: arguments.Kubeconfig,
        api: arguments.Api,
        url: options.Url = "",
        holder: options.Holder = "",
        report_only: options.ReportOnly = False,
    ) -> Checked:
        """Check that what runs is what was asked for, and that it works."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api, caller=holder)
        report = await commands.verify.verify(
            context,
            url=require_reachable(url, context.target),
            images=commands.publish.given(images),
            revision=revision,
        )
        return checked(report)

    @uncached
    async def rollback(
        self,
        *,
        env: options.Env,
        revision: options.Revision = None,
        kubeconfig: arguments.Kubeconfig,
        api: arguments.Api,
        url: options.Url = "",
        lock_timeout: options.LockTimeout = 120,
        holder: options.Holder = "",
        dry_run: options.DryRun = False,
        report_only: options.ReportOnly = False,
    ) -> Released:
        """Return to the last release that verified, or to a given one, and verify it."""
        context, _ = await self._open(env, given={"kubeconfig": kubeconfig}, api=api, caller=holder)
        done = await commands.rollback.rollback(
            context,
            revision=revision,
            url=require_reachable(url, context.target),
            lock_timeout=lock_timeout,
            dry_run=dry_run,
        )
        return released(done)

    @uncached
    async def secrets(
        self,
        *,
        git_config: arguments.GitConfig,
        env: options.Env,
        database_url: arguments.DatabaseUrl,
        better_auth_secret: arguments.BetterAuthSecret,
        cohere_api_key: arguments.CohereApiKey,
        kafka_brokers: options.KafkaBrokers = "",
        kafka_username: options.KafkaUsername = "",
        kafka_password: arguments.KafkaPassword,
        keys: arguments.Keys,
        registry: options.Registry = "",
        registry_username: options.RegistryUsername = "",
        registry_password: arguments.RegistryPassword,
        kubeconfig: arguments.Kubeconfig,
        lock_timeout: options.LockTimeout = 120,
        holder: options.Holder = "",
        allow_unverified_database: options.AllowUnverifiedDatabase = False,
        api: arguments.Api,
        report_only: options.ReportOnly = False,
    ) -> Checked:
        """Apply the Secrets the app and its sidecars read; keep the former ones if it fails."""
        given = {
            "kubeconfig": kubeconfig,
            "database-url": database_url,
            "better-auth-secret": better_auth_secret,
            "cohere-api-key": cohere_api_key,
            "kafka-password": kafka_password,
            "registry-password": registry_password,
        }
        registry = await self._registry(env, registry, await self._owner(git_config))
        to = {"registry": registry, "username": registry_username, "keys": keys}
        context, _ = await self._open(env, given=given, api=api, caller=holder, **to)
        return checked(
            await commands.secrets.secrets(
                context,
                registry=registry,
                username=registry_username,
                lock_timeout=lock_timeout,
                plain=Kafka(kafka_brokers, kafka_username).read().flags(),
                allow_unverified_database=allow_unverified_database,
            )
        )
