"""The verbs without a container engine: ``todo-ci deploy --env local``.

Default arguments come from the environment or from .env, as ``<VERB>_<ARGUMENT>``, the names that
``dagger call`` reads too.
"""

from cyclopts import App
from cyclopts.config import Env as EnvironmentDefaults

from todo_ci.adapters.host.context import host_pipeline
from todo_ci.commands import build as builder
from todo_ci.commands import ci as pull_request
from todo_ci.commands import publish as publisher
from todo_ci.components import chart as charts
from todo_ci.core.steps import check_all
from todo_ci.entrypoints.cli import inspection, options
from todo_ci.entrypoints.cli.runner import Source, launch, overlay_text
from todo_ci.environments import Environment
from todo_ci.errors import InputError
from todo_ci.reports.render import Shown
from todo_ci.reports.report import Report

_LOCAL = Environment.LOCAL.value

app = App(
    name="todo-ci",
    help="Take a commit of the todo app to a verified release on Kubernetes, and back.",
    config=EnvironmentDefaults("", command=True),
    version_flags=[],
)
inspection.add_to(app)


@app.command
async def lint() -> Report:
    """Check style, types and scripts of every part."""
    source = Source.here()
    with host_pipeline(source.root, _LOCAL) as pipeline:
        return (await check_all("lint", pull_request.lint(), pipeline.shell)).report


@app.command
async def test() -> Report:
    """Run the tests of backend and frontend."""
    source = Source.here()
    with host_pipeline(source.root, _LOCAL) as pipeline:
        return (await check_all("test", pull_request.test(), pipeline.shell)).report


@app.command
async def chart() -> Report:
    """Lint, render and package the chart for every environment."""
    source = Source.here()
    with host_pipeline(source.root, _LOCAL) as pipeline:
        return (await check_all("chart", charts.check(), pipeline.shell)).report


@app.command
async def ci(
    *,
    platform: options.Platform = "linux/amd64",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: options.RegistryPassword = "",
) -> Report:
    """Check all that a pull request needs: lint, test, chart, and that both images build."""
    source = Source.here()
    with host_pipeline(
        source.root,
        _LOCAL,
        secrets={"registry-password": registry_password},
        registry=registry,
        username=registry_username,
    ) as pipeline:
        return await pull_request.check(pipeline, (platform,))


@app.command
async def up() -> Report:
    """Serve the app of this tree on SQLite; what is written stays for the next time."""
    raise InputError(
        "todo-ci starts no containers, which the app is served from",
        next_step="dagger call up up; without Dagger, the README of backend/ and of frontend/",
    )


@app.command
async def build(
    *,
    platform: options.Platform = "linux/amd64",
    commit: options.Commit = "",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: options.RegistryPassword = "",
) -> Shown:
    """Build both images; the registry's credentials are for base images behind a password."""
    source = Source.here(commit)
    with host_pipeline(
        source.root,
        _LOCAL,
        secrets={"registry-password": registry_password},
        registry=registry,
        username=registry_username,
    ) as pipeline:
        return await builder.build(pipeline.shell, pipeline.images, (platform,), source.tree.commit)


@app.command
async def publish(
    *,
    env: options.Env = _LOCAL,
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: options.RegistryPassword = "",
    commit: options.Commit = "",
    platforms: options.Platforms = "",
    allow_dirty: options.AllowDirty = False,
) -> Shown:
    """Build and push both images and the chart; print their references by digest."""
    source = Source.here(commit)
    with host_pipeline(
        source.root,
        env,
        secrets={"registry-password": registry_password},
        registry=source.tree.registry(registry),
        username=registry_username,
        allow_dirty=allow_dirty,
    ) as pipeline:
        return await publisher.publish(
            pipeline,
            registry=source.tree.registry(registry),
            username=registry_username,
            commit=source.tree.commit,
            dirty=source.tree.dirty,
            platforms=publisher.platforms_of(platforms),
        )


@app.command
async def deploy(
    *,
    env: options.Env,
    images: options.ImagesJson = "",
    backend: options.ImageRef = "",
    frontend: options.ImageRef = "",
    values: options.Values = "",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: options.RegistryPassword = "",
    kubeconfig: options.Kubeconfig = "",
    url: options.Url = "",
    commit: options.Commit = "",
    lock_timeout: options.LockTimeout = 120,
    allow_dirty: options.AllowDirty = False,
    dry_run: options.DryRun = False,
) -> Shown:
    """Release a commit and verify it; build and publish it first when no images are given."""
    from todo_ci.commands import deploy as delivery

    source = Source.here(commit)
    overlay = overlay_text(values)
    with host_pipeline(
        source.root,
        env,
        secrets={"kubeconfig": kubeconfig, "registry-password": registry_password},
        registry=source.tree.registry(registry),
        username=registry_username,
        allow_dirty=allow_dirty,
    ) as pipeline:
        order = delivery.Order(
            images=publisher.given(images, backend, frontend),
            overlay=overlay,
            url=url,
            lock_timeout=lock_timeout,
            dry_run=dry_run,
        )
        return await delivery.deliver(
            pipeline,
            source.tree,
            order,
            registry=source.tree.registry(registry),
            username=registry_username,
        )


@app.command
async def verify(
    *,
    env: options.Env,
    images: options.ImagesJson = "",
    revision: options.Revision = None,
    kubeconfig: options.Kubeconfig = "",
    url: options.Url = "",
) -> Report:
    """Check that what runs is what was asked for, and that it works."""
    from todo_ci.commands import verify as verifier

    with host_pipeline(Source.here().root, env, secrets={"kubeconfig": kubeconfig}) as pipeline:
        return await verifier.verify(
            pipeline,
            url=url or pipeline.target.url,
            images=publisher.given(images, "", ""),
            revision=revision,
        )


@app.command
async def rollback(
    *,
    env: options.Env,
    revision: options.Revision = None,
    kubeconfig: options.Kubeconfig = "",
    url: options.Url = "",
    lock_timeout: options.LockTimeout = 120,
    dry_run: options.DryRun = False,
) -> Shown:
    """Return to the last release that verified, or to a given one, and verify it."""
    from todo_ci.commands import rollback as returner

    with host_pipeline(Source.here().root, env, secrets={"kubeconfig": kubeconfig}) as pipeline:
        return await returner.rollback(
            pipeline,
            revision=revision,
            url=url or pipeline.target.url,
            lock_timeout=lock_timeout,
            dry_run=dry_run,
        )


@app.command
async def secrets(
    *,
    env: options.Env,
    database_url: options.DatabaseUrl = "",
    better_auth_secret: options.BetterAuthSecret = "",
    cohere_api_key: options.CohereApiKey = "",
    kafka_brokers: options.KafkaBrokers = "",
    kafka_username: options.KafkaUsername = "",
    kafka_password: options.KafkaPassword = "",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: options.RegistryPassword = "",
    kubeconfig: options.Kubeconfig = "",
) -> Shown:
    """Apply the Secrets the app and its sidecars read; restart the app when one has changed."""
    from todo_ci.commands import secrets as applier

    source = Source.here()
    with host_pipeline(
        source.root,
        env,
        secrets={
            "kubeconfig": kubeconfig,
            "database-url": database_url,
            "better-auth-secret": better_auth_secret,
            "cohere-api-key": cohere_api_key,
            "kafka-password": kafka_password,
            "registry-password": registry_password,
        },
        registry=source.tree.registry(registry),
        username=registry_username,
    ) as pipeline:
        return await applier.secrets(
            pipeline,
            registry=source.tree.registry(registry),
            username=registry_username,
            kafka=applier.Kafka(kafka_brokers, kafka_username),
        )


def main() -> None:
    """Run one verb and exit with its code."""
    raise SystemExit(launch(app))
