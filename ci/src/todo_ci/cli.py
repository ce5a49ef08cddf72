"""The verbs without a container engine: ``todo-ci deploy --env local``.

Default arguments come from the environment or from .env, as ``<VERB>_<ARGUMENT>``, the names that
``dagger call`` reads too.
"""

from cyclopts import App

from todo_ci import commands
from todo_ci.adapters.host.context import open_host_context
from todo_ci.core.secret_names import of_signing
from todo_ci.entrypoints import options
from todo_ci.entrypoints.cli import (
    first_file,
    inspection,
    own_defaults,
    previewing,
    promotion,
    references,
    rehearsal,
    source_checks,
)
from todo_ci.entrypoints.cli.checkout import Checkout, folder_without_app
from todo_ci.entrypoints.cli.defaults import Defaults
from todo_ci.entrypoints.cli.prompts import ask, read_example, refuse_existing, write_private
from todo_ci.entrypoints.cli.runner import launch, overlay_text
from todo_ci.environments import target
from todo_ci.errors import InputError
from todo_ci.plugins.kafka import Kafka
from todo_ci.reports.render import Renderable
from todo_ci.reports.report import Report
from todo_ci.rollout.request import DeployRequest

app = App(
    name="todo-ci",
    help="Take a commit of an app to a verified release on Kubernetes, and back.",
    config=Defaults("", command=True),
    version_flags=[],
)
# Where shells look by themselves; what a person's shell starts with is theirs to write.
app.register_install_completion_command(add_to_startup=False)  # pyright: ignore[reportUnknownMemberType]
source_checks.add_to(app)
inspection.add_to(app)
promotion.add_to(app)
rehearsal.add_to(app)
previewing.add_to(app)


@app.command
async def init(
    *,
    owner: options.Owner = "",
    url: options.OwnUrl = "",
    registry: options.Registry = "",
    kubeconfig_path: options.OwnKubeconfig = commands.init.KUBECONFIG,
) -> Renderable:
    """Write .env for one's own registry and cluster, and name what GitHub has to know."""
    # Where no app is described yet, that comes first.
    if new := folder_without_app():
        return first_file.write(new)
    checkout = Checkout.here()
    file = checkout.root / commands.init.FILE
    refuse_existing(file)
    example = read_example(checkout.root)
    first = target()
    answers = commands.init.Answers(
        owner=ask("owner", owner, checkout.tree.owner),
        url=url if first.url and not example else ask("url", url),
        registry=registry,
        kubeconfig=kubeconfig_path,
    )
    ours = commands.init.setup
    made = ours(example, answers) if example else own_defaults.setup(answers, first)
    write_private(file, made.env)
    return made


@app.command
async def up() -> Report:
    """Serve the app of this tree on SQLite; what is written stays for the next time."""
    raise InputError(
        "no container is started without an engine, and the app is served from two",
        next_step="dagger call up up; without Dagger, the README of backend/ and of frontend/",
    )


@app.command
async def build(
    *,
    platform: options.Platform = "linux/amd64",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: references.RegistryPassword = "",
) -> Renderable:
    """Build the images; the registry's credentials are for base images behind a password."""
    checkout = Checkout.here()
    with open_host_context(
        checkout.root,
        secrets={"registry-password": registry_password},
        registry=registry,
        username=registry_username,
    ) as context:
        return await commands.build.build(
            context.shell, context.images, (platform,), checkout.tree.source
        )


@app.command
async def publish(
    *,
    env: options.Env = "",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: references.RegistryPassword = "",
    commit: options.Commit = "",
    platforms: options.Platforms = "",
    signing_key: references.SigningKey = "",
    signing_password: references.SigningPassword = "",
    identity_token: references.IdentityToken = "",
    allow_dirty: options.AllowDirty = False,
) -> Renderable:
    """Build and push the images and the chart; print their references by digest."""
    checkout = Checkout.here(commit)
    with open_host_context(
        checkout.root,
        env,
        secrets={
            "registry-password": registry_password,
            **of_signing(signing_key, signing_password, identity_token),
        },
        registry=checkout.registry(env, registry),
        username=registry_username,
        allow_dirty=allow_dirty,
    ) as context:
        return await commands.publish.publish(
            context,
            registry=checkout.registry(env, registry),
            username=registry_username,
            commit=checkout.tree.commit,
            dirty=checkout.tree.dirty,
            source=checkout.tree.source,
            platforms=commands.publish.platforms_of(platforms),
        )


@app.command
async def deploy(
    *,
    env: options.Env,
    images: options.ImagesJson = "",
    backend: options.ImageRef = "",
    frontend: options.ImageRef = "",
    values: references.Values = "",
    keys: references.Keys = "",
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
    allow_dirty: options.AllowDirty = False,
    allow_http: options.AllowHttp = False,
    allow_unverified_database: options.AllowUnverifiedDatabase = False,
    dry_run: options.DryRun = False,
) -> Renderable:
    """Release a commit and verify it; build and publish it first when no images are given."""
    checkout = Checkout.here(commit)
    overlay = overlay_text(values)
    with open_host_context(
        checkout.root,
        env,
        secrets={
            "kubeconfig": kubeconfig,
            "registry-password": registry_password,
            **of_signing(signing_key, signing_password, identity_token),
        },
        keys=keys,
        caller=holder,
        registry=checkout.registry(env, registry),
        username=registry_username,
        allow_dirty=allow_dirty,
    ) as context:
        request = DeployRequest(
            images=commands.publish.given(images, backend=backend, frontend=frontend),
            overlay=overlay,
            url=url,
            allow_http=allow_http,
            lock_timeout=lock_timeout,
            dry_run=dry_run,
            keys=bool(keys),
            allow_unverified_database=allow_unverified_database,
            registry=checkout.registry(env, registry),
            username=registry_username,
        )
        return await commands.deploy.deploy(context, checkout.tree, request)


@app.command
async def verify(
    *,
    env: options.Env,
    images: options.ImagesJson = "",
    revision: options.Revision = None,
    kubeconfig: references.Kubeconfig = "",
    url: options.Url = "",
    holder: options.Holder = "",
) -> Report:
    """Check that what runs is what was asked for, and that it works."""
    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}, caller=holder
    ) as context:
        return await commands.verify.verify(
            context,
            url=url or context.target.url,
            images=commands.publish.given(images),
            revision=revision,
        )


@app.command
async def rollback(
    *,
    env: options.Env,
    revision: options.Revision = None,
    kubeconfig: references.Kubeconfig = "",
    url: options.Url = "",
    lock_timeout: options.LockTimeout = 120,
    holder: options.Holder = "",
    dry_run: options.DryRun = False,
) -> Renderable:
    """Return to the last release that verified, or to a given one, and verify it."""
    with open_host_context(
        Checkout.here().root, env, secrets={"kubeconfig": kubeconfig}, caller=holder
    ) as context:
        return await commands.rollback.rollback(
            context,
            revision=revision,
            url=url or context.target.url,
            lock_timeout=lock_timeout,
            dry_run=dry_run,
        )


@app.command
async def secrets(
    *,
    env: options.Env,
    database_url: references.DatabaseUrl = "",
    better_auth_secret: references.BetterAuthSecret = "",
    cohere_api_key: references.CohereApiKey = "",
    kafka_brokers: options.KafkaBrokers = "",
    kafka_username: options.KafkaUsername = "",
    kafka_password: references.KafkaPassword = "",
    keys: references.Keys = "",
    registry: options.Registry = "",
    registry_username: options.RegistryUsername = "",
    registry_password: references.RegistryPassword = "",
    kubeconfig: references.Kubeconfig = "",
    lock_timeout: options.LockTimeout = 120,
    holder: options.Holder = "",
    allow_unverified_database: options.AllowUnverifiedDatabase = False,
) -> Renderable:
    """Apply the Secrets the app and its sidecars read; keep the former ones if it fails."""
    checkout = Checkout.here()
    with open_host_context(
        checkout.root,
        env,
        secrets={
            "kubeconfig": kubeconfig,
            "database-url": database_url,
            "better-auth-secret": better_auth_secret,
            "cohere-api-key": cohere_api_key,
            "kafka-password": kafka_password,
            "registry-password": registry_password,
        },
        keys=keys,
        caller=holder,
        registry=checkout.registry(env, registry),
        username=registry_username,
    ) as context:
        return await commands.secrets.secrets(
            context,
            registry=checkout.registry(env, registry),
            username=registry_username,
            lock_timeout=lock_timeout,
            plain=Kafka(kafka_brokers, kafka_username).read().flags(),
            allow_unverified_database=allow_unverified_database,
        )


def main() -> None:
    """Run one verb and exit with its code."""
    raise SystemExit(launch(app))
